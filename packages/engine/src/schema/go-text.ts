import { isObject } from './json.ts';

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`. Kubernetes' messages are full of it. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(' ')}]`;
  }
  return typeof value === 'number' ? goNumber(value) : String(value);
}

/** As Go's `%#v` prints it: `[]interface {}{"x"}`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `map[string]interface {}{${keys.map((key) => `${goQuote(key)}:${goSyntax(value[key])}`).join(', ')}}`;
  }
  return typeof value === 'string' ? goQuote(value) : goText(value);
}

/** As Go's `%s` prints it, which complains of all but text: `%!s(int64=5)`. */
export function goString(value: unknown): string {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return `[${value.map(goString).join(' ')}]`;
  if (isObject(value)) {
    const keys = Object.keys(value).sort();
    return `map[${keys.map((key) => `${key}:${goString(value[key])}`).join(' ')}]`;
  }
  return typeof value === 'string' ? value : `%!s(${goTypeOf(value)}=${goText(value)})`;
}

/** A string as Go's `%q` prints it: JSON's quoting, but for control characters. */
export const goQuote = (text: string): string =>
  JSON.stringify(text).replace(/\\u00([0-9a-f]{2})/g, (_, code: string) => CONTROLS[code] ?? `\\x${code}`);

const CONTROLS: Readonly<Record<string, string>> = { '07': '\\a', '0b': '\\v' };

/** Go's shortest form: exponents from 1e21 on, with two digits at least. */
export const goNumber = (value: number): string => String(value).replace(/e([+-])(\d)$/, 'e$10$2');

/** Go's name for the type of a decoded JSON value. */
export function goTypeOf(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (isObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return { bigint: 'int64', boolean: 'bool' }[typeof value as string] ?? 'string';
}
