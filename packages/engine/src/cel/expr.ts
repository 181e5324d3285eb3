/** A parsed expression. Macros are expanded: what is left are six kinds of nodes. */
export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | Comprehension | Message;

interface Node {
  /** Unlike that of any other node of the expression. */
  readonly id: number;
  /** Where messages point: the index of a code point in the source. */
  readonly at: number;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: LiteralValue;
}

/** A uint is told from an int by its wrapping. */
export type LiteralValue = null | boolean | bigint | number | string | Uint8Array | { readonly uint: bigint };

export interface Ident extends Node {
  readonly kind: 'ident';
  readonly name: string;
}

export interface Select extends Node {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  /** `has(a.b)`: asks whether the field is there. */
  readonly test: boolean;
}

export interface Call extends Node {
  readonly kind: 'call';
  /** Operators have names, too: `_+_`. */
  readonly name: string;
  readonly target?: Expr;
  readonly args: readonly Expr[];
}

export interface ListExpr extends Node {
  readonly kind: 'list';
  readonly items: readonly Entry[];
}

export interface MapExpr extends Node {
  readonly kind: 'map';
  readonly entries: readonly (Entry & { readonly key: Expr })[];
}

export interface Entry {
  readonly value: Expr;
  /** `?`: left out when the optional value is none. */
  readonly optional: boolean;
}

/** `Name{…}`: no rule of Kubernetes can name a type that could be made so. */
export interface Message extends Node {
  readonly kind: 'message';
  readonly name: string;
}

/** What macros expand to: a fold over a list or a map. */
export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  readonly range: Expr;
  /** The item, or the key of a map; with two, the index or the key, and the value. */
  readonly iterVars: readonly string[];
  readonly accuVar: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** `a.b.c`, when an expression is nothing but that. */
export const qualifiedName = (expr: Expr): string | undefined => {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
};
