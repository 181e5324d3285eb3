import type { Call, Entry, Expr } from './expr.ts';
import { BRACKETS, LEVELS, OPERAND, RESERVED, WORDS } from './grammar.ts';
import { CelSyntaxError, type Issue } from './issue.ts';
import { lex, type Token } from './lex.ts';
import { literalValue } from './literal.ts';
import { expandMacro } from './macros.ts';
import { Maker } from './maker.ts';

/** Limits of the Go implementation: nesting, and code points of a source. */
const MAX_DEPTH = 250;
const MAX_LENGTH = 100_000;

/** Reads an expression, macros expanded. Throws `CelSyntaxError`. */
export const parse = (source: string): Expr => {
  const length = [...source].length;
  if (length > MAX_LENGTH) {
    const message = `expression code point size exceeds limit: size: ${length}, limit ${MAX_LENGTH}`;
    throw new CelSyntaxError({ message, at: 0 });
  }
  const { tokens, issues } = lex(source);
  const expr = readTokens(tokens, issues);
  if (issues.length > 0) throw new CelSyntaxError(...issues);
  return expr;
};

/** What the reading stumbles over is told together with what was no token. */
const readTokens = (tokens: readonly Token[], issues: readonly Issue[]): Expr => {
  try {
    return new Parser(tokens).whole();
  } catch (error) {
    throw error instanceof CelSyntaxError ? new CelSyntaxError(...issues, ...error.issues) : error;
  }
};

class Parser {
  readonly #make = new Maker();
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  /** How many brackets are open. */
  #open = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expr {
    const expr = this.#expr();
    const token = this.#peek();
    if (token.kind === 'end') return expr;
    const last = this.#peek(1).kind === 'end';
    return this.#fail(token, `${last ? 'extraneous' : 'mismatched'} input '${token.text}' expecting <EOF>`);
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#next + ahead, this.#tokens.length - 1)] as Token;
  }

  #is(text: string): boolean {
    const { kind, text: found } = this.#peek();
    return found === text && (kind === 'sign' || kind === 'ident');
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    if (token.kind === 'sign') this.#open += BRACKETS.get(token.text) ?? 0;
    return token;
  }

  #takeIf(text: string): Token | undefined {
    return this.#is(text) ? this.#take() : undefined;
  }

  #expect(text: string): Token {
    const token = this.#takeIf(text);
    if (token !== undefined) return token;
    const found = this.#peek();
    // One sign that is missing at the end is told so; of several, the first is what was expected.
    const missing = found.kind === 'end' && this.#open <= 1;
    return this.#fail(
      found,
      missing ? `missing '${text}' at '<EOF>'` : `mismatched input '${found.text}' expecting '${text}'`,
    );
  }

  #fail({ at }: Token, message: string): never {
    throw new CelSyntaxError({ message: `Syntax error: ${message}`, at });
  }

  /** One level down; hostile nesting must not exhaust the stack here or in who walks the tree later. */
  #deeper<T>(read: () => T, levels = 1): T {
    this.#depth += levels;
    if (this.#depth > MAX_DEPTH) {
      throw new CelSyntaxError({ message: `expression recursion limit exceeded: ${MAX_DEPTH}`, at: 0 });
    }
    const value = read();
    this.#depth -= levels;
    return value;
  }

  #expr(): Expr {
    return this.#deeper(() => {
      const condition = this.#or();
      const op = this.#takeIf('?');
      if (op === undefined) return condition;
      const yes = this.#or();
      this.#expect(':');
      return this.#make.call(op.at, '_?_:_', [condition, yes, this.#expr()]);
    });
  }

  #or(): Expr {
    return this.#chain('||', () => this.#chain('&&', () => this.#level(0)));
  }

  /** Terms joined by one operator become a balanced tree: thousands of them are no deep one. */
  #chain(sign: string, term: () => Expr): Expr {
    const terms = [term()];
    const ops: Token[] = [];
    for (let op = this.#takeIf(sign); op !== undefined; op = this.#takeIf(sign)) {
      ops.push(op);
      terms.push(term());
    }
    return this.#balance({ sign: `_${sign}_`, terms, ops }, 0, terms.length - 1);
  }

  #balance(
    chain: { readonly sign: string; readonly terms: readonly Expr[]; readonly ops: readonly Token[] },
    from: number,
    to: number,
  ): Expr {
    if (from === to) return chain.terms[from] as Expr;
    const middle = Math.floor((from + to - 1) / 2);
    const sides = [this.#balance(chain, from, middle), this.#balance(chain, middle + 1, to)];
    return this.#make.call((chain.ops[middle] as Token).at, chain.sign, sides);
  }

  #level(level: number): Expr {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#level(level + 1);
    for (let links = 1; operators.has(this.#peek().text) && this.#isOperator(); links++) {
      const op = this.#take();
      const name = op.text === 'in' ? '@in' : `_${op.text}_`;
      const right = this.#deeper(() => this.#level(level + 1), links);
      left = this.#make.call(op.at, name, [left, right]);
    }
    return left;
  }

  #isOperator(): boolean {
    const { kind } = this.#peek();
    return kind === 'sign' || kind === 'ident';
  }

  #unary(): Expr {
    for (const [sign, name] of [
      ['!', '!_'],
      ['-', '-_'],
    ] as const) {
      if (!this.#is(sign)) continue;
      const first = this.#peek();
      if (sign === '-' && ['int', 'double'].includes(this.#peek(1).kind)) break;
      let signs = 0;
      while (this.#takeIf(sign)) signs++;
      const operand = this.#member();
      return signs % 2 === 0 ? operand : this.#make.call(first.at, name, [operand]);
    }
    return this.#member();
  }

  #member(): Expr {
    let expr = this.#primary();
    for (let links = 1; ; links++) {
      const operand = expr;
      const next = this.#deeper(() => this.#access(operand), links);
      if (next === undefined) return expr;
      expr = next;
    }
  }

  #access(operand: Expr): Expr | undefined {
    const dot = this.#takeIf('.');
    if (dot !== undefined) return this.#afterDot(operand, dot);
    const open = this.#takeIf('[');
    if (open === undefined) return undefined;
    const name = this.#takeIf('?') ? '_[?_]' : '_[_]';
    const index = this.#expr();
    this.#expect(']');
    return this.#make.call(open.at, name, [operand, index]);
  }

  #afterDot(operand: Expr, dot: Token): Expr {
    const optional = this.#takeIf('?') !== undefined;
    const name = this.#take();
    if (name.kind !== 'ident' && name.kind !== 'quoted') {
      this.#fail(name, `no viable alternative at input '.${name.text}'`);
    }
    const field = name.kind === 'quoted' ? name.text.slice(1, -1) : name.text;
    if (optional) {
      return this.#make.call(dot.at, '_?._', [operand, this.#make.literal(name.at, field)]);
    }
    const open = this.#takeIf('(');
    if (open === undefined) return this.#make.select(dot.at, operand, field);
    return this.#called(open, { name: field, target: operand });
  }

  #called(open: Token, given: Pick<Call, 'name' | 'target'>): Expr {
    const args = this.#list(')', () => this.#expr());
    const call = this.#make.call(open.at, given.name, args, given.target);
    return expandMacro(this.#make, call) ?? call;
  }

  /** Up to the closing sign; a comma before it is allowed only where `trailing` says so. */
  #list<T>(close: string, item: () => T, trailing = false): T[] {
    const items: T[] = [];
    while (!this.#is(close)) {
      items.push(item());
      if (!this.#takeIf(',')) break;
      if (!trailing && this.#is(close))
        this.#fail(this.#peek(), `mismatched input '${close}' expecting ${OPERAND}`);
    }
    this.#expect(close);
    return items;
  }

  #primary(): Expr {
    const token = this.#take();
    if (token.kind === 'ident') return this.#named(token, '');
    if (token.kind !== 'sign' && token.kind !== 'end' && token.kind !== 'quoted') {
      return this.#make.literal(token.at, literalValue(token));
    }
    switch (token.text) {
      case '-':
        return this.#make.literal(token.at, literalValue(this.#take(), true));
      case '(':
        return this.#inParentheses();
      case '[':
        return this.#make.list(
          token.at,
          this.#list(']', () => this.#entry(), true),
        );
      case '{':
        return this.#make.map(
          token.at,
          this.#list('}', () => this.#pair(), true),
        );
      case '.':
        if (this.#peek().kind === 'ident') return this.#named(this.#take(), '.');
    }
    return this.#fail(token, `mismatched input '${token.text}' expecting ${OPERAND}`);
  }

  #inParentheses(): Expr {
    const inner = this.#expr();
    this.#expect(')');
    return inner;
  }

  #named(token: Token, dot: string): Expr {
    const word = dot === '' ? WORDS.get(token.text) : undefined;
    if (word !== undefined) return this.#make.literal(token.at, word);
    if (token.text === 'in') this.#fail(token, `mismatched input 'in' expecting ${OPERAND}`);
    if (RESERVED.has(token.text)) {
      throw new CelSyntaxError({ message: `reserved identifier: ${token.text}`, at: token.at });
    }
    const open = this.#takeIf('(');
    if (open !== undefined) return this.#called(open, { name: token.text });
    const brace = this.#takeIf('{');
    if (brace === undefined) return this.#make.ident(token.at, token.text);
    this.#list('}', () => [this.#take(), this.#expect(':'), this.#expr()], true);
    return this.#make.message(brace.at, token.text);
  }

  #entry(): Entry {
    const optional = this.#takeIf('?') !== undefined;
    return { optional, value: this.#expr() };
  }

  #pair(): Entry & { readonly key: Expr } {
    const optional = this.#takeIf('?') !== undefined;
    const key = this.#expr();
    this.#expect(':');
    return { optional, key, value: this.#expr() };
  }
}
