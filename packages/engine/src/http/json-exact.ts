import { setMember } from '../schema/json.ts';
import { MAX_DEPTH } from './json-scan.ts';

export interface ExactJson {
  /** Integers beyond 2^53 are bigint; of a key that came twice, the last value counts, as in Go. */
  readonly value: unknown;
  /** Paths of keys that came more than once: `spec.containers[0].name`. */
  readonly duplicates: readonly string[];
}

/** Broken JSON; the message is worded as Go's decoder does. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

/** Reads JSON without losing anything that `JSON.parse` loses. Slow; see `scanJson` for when it is needed. */
export const parseExactJson = (text: string): ExactJson => {
  const reader = new Reader(text);
  const value = reader.document();
  return { value, duplicates: reader.duplicates };
};

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them in strings, so they are named here.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

class Reader {
  readonly duplicates: string[] = [];
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): unknown {
    const value = this.value('', 0);
    this.space();
    if (this.at < this.text.length) this.fail('after top-level value');
    return value;
  }

  private value(path: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth');
    this.space();
    const next = this.text[this.at];
    if (next === '{') return this.object(path, depth);
    if (next === '[') return this.array(path, depth);
    if (next === '"') return this.string();
    if (next === '-' || (next !== undefined && next >= '0' && next <= '9')) return this.number();
    return this.word();
  }

  private object(path: string, depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    this.at++;
    this.space();
    if (this.take('}')) return result;
    for (;;) {
      const key = this.key();
      const inner = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(result, key)) this.duplicates.push(inner);
      setMember(result, key, this.value(inner, depth + 1));
      this.space();
      if (this.take('}')) return result;
      if (!this.take(',')) this.fail('after object key:value pair');
    }
  }

  private key(): string {
    this.space();
    if (this.text[this.at] !== '"') this.fail('looking for beginning of object key string');
    const key = this.string();
    this.space();
    if (!this.take(':')) this.fail('after object key');
    return key;
  }

  private array(path: string, depth: number): unknown[] {
    const result: unknown[] = [];
    this.at++;
    this.space();
    if (this.take(']')) return result;
    for (;;) {
      result.push(this.value(`${path}[${result.length}]`, depth + 1));
      this.space();
      if (this.take(']')) return result;
      if (!this.take(',')) this.fail('after array element');
    }
  }

  private string(): string {
    STRING.lastIndex = this.at;
    const found = STRING.exec(this.text);
    if (found === null) this.failInString();
    this.at = STRING.lastIndex;
    return JSON.parse(found[0]) as string;
  }

  private number(): number | bigint {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) this.fail('in numeric literal', this.at + 1);
    this.at = NUMBER.lastIndex;
    const [literal, fraction, exponent] = found;
    const value = Number(literal);
    const whole = fraction === undefined && exponent === undefined;
    // Beyond 64 bits Go reads a float, too.
    const exact = whole && !Number.isSafeInteger(value) ? BigInt(literal) : value;
    return typeof exact === 'bigint' && BigInt.asIntN(64, exact) !== exact ? value : exact;
  }

  private word(): boolean | null {
    for (const [word, value] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return value;
    }
    return this.fail('looking for beginning of value');
  }

  private space(): void {
    while (' \t\r\n'.includes(this.text[this.at] ?? 'x')) this.at++;
  }

  private take(token: string): boolean {
    if (this.text[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private failInString(): never {
    let end = this.at + 1;
    while (end < this.text.length && (this.text[end] as string) >= ' ' && this.text[end] !== '"') {
      if (this.text[end] !== '\\') end++;
      else if (/\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y.test(this.text.slice(end, end + 6))) end += 2;
      else return this.fail('in string escape code', end + 1);
    }
    return this.fail('in string literal', end);
  }

  private fail(where: string, at = this.at): never {
    const character = this.text[at];
    if (character === undefined) throw new JsonSyntaxError('unexpected end of JSON input');
    const shown = character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${goEscaped(character)}'`;
    throw new JsonSyntaxError(`invalid character ${shown} ${where}`);
  }
}

const goEscaped = (character: string): string => {
  const code = character.charCodeAt(0);
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  if (character === '\r') return '\\r';
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  const unprintable = (code > 0x7f && code <= 0xa0) || code === 0xad;
  return unprintable ? `\\u${code.toString(16).padStart(4, '0')}` : character;
};
