/** A piece of a label selector. A word is a key or a value, or `in` and `notin`, which can be either and operators. */
export interface Token {
  readonly kind: 'word' | 'symbol' | 'end';
  /** Empty at the end. */
  readonly text: string;
}

const SYMBOLS = ['==', '!=', '=', '!', '>', '<', '(', ')', ','];
const SPACE = /[ \t\r\n]*/y;
const WORD = /[^ \t\r\n=!(),><]+/y;

/** Cuts a selector up; whatever is in it, some token stands for it. The last one is the end. */
export const lexLabelSelector = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(SPACE, text, at).length;
    if (at >= text.length) return [...tokens, { kind: 'end', text: '' }];
    const token = tokenAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
};

const tokenAt = (text: string, at: number): Token => {
  const symbol = SYMBOLS.find((one) => text.startsWith(one, at));
  if (symbol !== undefined) return { kind: 'symbol', text: symbol };
  return { kind: 'word', text: matchAt(WORD, text, at) };
};

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
};
