import { CelSyntaxError } from './issue.ts';

export interface Token {
  readonly kind: 'ident' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'sign' | 'quoted' | 'end';
  readonly text: string;
  /** The index of its first code point. */
  readonly at: number;
}

const ESCAPE = String.raw`\\(?:[abfnrtv"'\\?${'`'}]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})`;
const COOKED = [
  `"""(?:${ESCAPE}|[^\\\\])*?"""`,
  `\'\'\'(?:${ESCAPE}|[^\\\\])*?\'\'\'`,
  `"(?:${ESCAPE}|[^"\\\\\\n\\r])*"`,
  `'(?:${ESCAPE}|[^'\\\\\\n\\r])*'`,
].join('|');
const RAW = String.raw`[rR](?:"""[^]*?"""|\'\'\'[^]*?\'\'\'|"[^"\n\r]*"|'[^'\n\r]*')`;
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

/** The tokens of an expression, with one at the end. Throws `CelSyntaxError`. */
export const tokensOf = (source: string): readonly Token[] => {
  const tokens: Token[] = [];
  let [index, at] = [0, 0];
  while (index < source.length) {
    const [kind, text] = nextOf(source, index, at);
    if (kind !== 'space') tokens.push({ kind, text, at });
    index += text.length;
    at += [...text].length;
  }
  return [...tokens, { kind: 'end', text: '<EOF>', at }];
};

const nextOf = (source: string, index: number, at: number): readonly [Token['kind'] | 'space', string] => {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = index;
    const [text] = pattern.exec(source) ?? [];
    if (text !== undefined) return [kind, text];
  }
  const rest = source.slice(index);
  // An open string is told whole, any other stray character alone.
  const shown = /^["'`]/.test(rest) ? rest.split('\n')[0] : String.fromCodePoint(rest.codePointAt(0) ?? 0);
  throw new CelSyntaxError({ message: `Syntax error: token recognition error at: '${shown}'`, at });
};
