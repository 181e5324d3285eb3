import type { Issue } from './issue.ts';

export interface Token {
  readonly kind: 'ident' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'sign' | 'quoted' | 'end';
  readonly text: string;
  /** The index of its first code point. */
  readonly at: number;
}

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?${'`'}]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})`;
const COOKED = [
  `"""(?:${ESCAPE}|[^\\\\])*?"""`,
  `'''(?:${ESCAPE}|[^\\\\])*?'''`,
  `"(?:${ESCAPE}|[^"\\\\\\n\\r])*"`,
  `'(?:${ESCAPE}|[^'\\\\\\n\\r])*'`,
].join('|');
const RAW = String.raw`[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')`;
const STRING = `${RAW}|${COOKED}`;

/** In the order in which they are tried. */
const PATTERNS: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /(?:[ \t\r\n\f]+|\/\/[^\n]*)+/y],
  ['string', new RegExp(STRING, 'y')],
  ['bytes', new RegExp(`[bB](?:${STRING})`, 'y')],
  ['double', /\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?/y],
  ['uint', /(?:0x[0-9a-fA-F]+|\d+)[uU]/y],
  ['int', /0x[0-9a-fA-F]+|\d+/y],
  ['ident', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['quoted', /`[A-Za-z0-9_.\-/ ]+`/y],
  ['sign', /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}=]/y],
];

/** What an expression is made of, and what is in it that is nothing. */
export interface Lexed {
  /** With one at the end. */
  readonly tokens: readonly Token[];
  readonly issues: readonly Issue[];
}

export const lex = (source: string): Lexed => {
  const tokens: Token[] = [];
  const issues: Issue[] = [];
  let [index, at] = [0, 0];
  while (index < source.length) {
    const found = tokenAt(source, index);
    const text = found?.text ?? strayAt(source, index);
    if (found === undefined)
      issues.push({ message: `Syntax error: token recognition error at: '${text}'`, at });
    else if (found.kind !== 'space') tokens.push({ kind: found.kind, text, at });
    index += text.length;
    at += [...text].length;
  }
  return { tokens: [...tokens, { kind: 'end', text: '<EOF>', at }], issues };
};

const tokenAt = (
  source: string,
  index: number,
): { readonly kind: Token['kind'] | 'space'; readonly text: string } | undefined => {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = index;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) return { kind, text };
  }
  return undefined;
};

/** Of an open string all up to where it cannot go on, of anything else one character. */
const STRAY = new RegExp(
  `"(?:${ESCAPE}|[^"\\\\\\n\\r])*(?:\\\\[^])?|'(?:${ESCAPE}|[^'\\\\\\n\\r])*(?:\\\\[^])?|[^]`,
  'uy',
);

const strayAt = (source: string, index: number): string => {
  STRAY.lastIndex = index;
  return STRAY.exec(source)?.[0] ?? source[index] ?? '';
};
