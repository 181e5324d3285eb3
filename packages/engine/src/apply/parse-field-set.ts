import { isObject } from '../schema/json.ts';
import { EMPTY_SET, type FieldSet } from './field-set.ts';

/**
 * A field set from a client: keys of list items in our own spelling, elements of unknown form left
 * out. Undefined when it cannot be read.
 */
export function parseFieldSet(json: unknown): FieldSet | undefined {
  if (!isObject(json)) return undefined;
  try {
    return parseNode(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseNode(json: Readonly<Record<string, unknown>>): FieldSet {
  const out: Record<string, FieldSet> = {};
  for (const key in json) {
    if (key === '.') {
      out[key] = EMPTY_SET;
      continue;
    }
    const element = parseElement(key);
    const below = json[key];
    if (element !== undefined) out[element] = isObject(below) ? parseNode(below) : EMPTY_SET;
  }
  return out;
}

function parseElement(key: string): string | undefined {
  const body = key.slice(2);
  switch (key.slice(0, 2)) {
    case 'f:':
      return key;
    case 'v:':
      return `v:${JSON.stringify(JSON.parse(body))}`;
    case 'k:':
      return `k:${sortedKeys(JSON.parse(body))}`;
    case 'i:':
      if (!/^-?\d+$/.test(body)) throw new SyntaxError(`not an index: ${body}`);
      return key;
    default:
      if (key[1] === ':') return undefined;
      throw new SyntaxError(`missing colon: ${key}`);
  }
}

function sortedKeys(value: unknown): string {
  if (!isObject(value)) throw new SyntaxError('the key of a list item is an object');
  const pairs = Object.keys(value).sort();
  return `{${pairs.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value[name])}`).join(',')}}`;
}
