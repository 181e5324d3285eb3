import type { LiteralValue } from './expr.ts';
import { CelSyntaxError } from './issue.ts';
import type { Token } from './lex.ts';

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** The value of a literal's token; `negative` when a minus stands before a number. */
export const literalValue = (token: Token, negative = false): LiteralValue => {
  const { kind, text } = token;
  switch (kind) {
    case 'int':
      return bounded(token, {
        value: BigInt(text) * (negative ? -1n : 1n),
        least: MIN_INT,
        most: MAX_INT,
        type: 'int',
      });
    case 'uint':
      return {
        uint: bounded(token, { value: BigInt(text.slice(0, -1)), least: 0n, most: MAX_UINT, type: 'uint' }),
      };
    case 'double':
      return Number(text) * (negative ? -1 : 1);
    case 'bytes':
      return unquoteBytes(token);
    default:
      return unquote(token, text)
        .map((point) => String.fromCodePoint(point))
        .join('');
  }
};

const bounded = (
  { at }: Token,
  {
    value,
    least,
    most,
    type,
  }: { readonly value: bigint; readonly least: bigint; readonly most: bigint; readonly type: string },
): bigint => {
  if (value >= least && value <= most) return value;
  throw new CelSyntaxError({ message: `Syntax error: invalid ${type} literal`, at });
};

const encoder = new TextEncoder();

/** `\x` and octal escapes are bytes here, and code points in strings. */
const unquoteBytes = (token: Token): Uint8Array => {
  const text = token.text.slice(1);
  const parts = escapes(text).map(({ point, raw }) =>
    raw ? [point] : [...encoder.encode(String.fromCodePoint(point))],
  );
  return Uint8Array.from(parts.flat());
};

const unquote = (token: Token, text: string): number[] =>
  escapes(text).map(({ point }) => {
    if (point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) return point;
    throw new CelSyntaxError({ message: 'Syntax error: invalid escape', at: token.at });
  });

interface Piece {
  readonly point: number;
  /** Of `\x41` or `\101`: a byte when bytes are written. */
  readonly raw: boolean;
}

const escapes = (quoted: string): Piece[] => {
  const raw = /^[rR]/.test(quoted);
  const body = raw ? quoted.slice(1) : quoted;
  const width = /^("""|''')/.test(body) ? 3 : 1;
  const inner = body.slice(width, -width).replace(/\r\n?/g, '\n');
  const pieces = raw ? [...inner] : (inner.match(ESCAPE) ?? []);
  return pieces.map((piece) => pieceOf(piece, raw));
};

const ESCAPE = /\\(?:[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|[^])|[^]/gu;

const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
};

const pieceOf = (piece: string, raw: boolean): Piece => {
  if (raw || !piece.startsWith('\\')) return { point: piece.codePointAt(0) ?? 0, raw: false };
  const letter = piece[1] ?? '';
  if (/[xXuU]/.test(letter)) return { point: Number.parseInt(piece.slice(2), 16), raw: /[xX]/.test(letter) };
  if (/[0-3]/.test(letter)) return { point: Number.parseInt(piece.slice(1), 8), raw: true };
  return { point: (NAMED[letter] ?? letter).codePointAt(0) ?? 0, raw: false };
};
