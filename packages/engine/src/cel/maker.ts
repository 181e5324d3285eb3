import type {
  Call,
  Comprehension,
  Expr,
  Ident,
  ListExpr,
  Literal,
  LiteralValue,
  MapExpr,
  Message,
  Select,
} from './expr.ts';

/** Makes the nodes of one expression, each with an id of its own. */
export class Maker {
  #made = 0;

  #node(at: number): { readonly id: number; readonly at: number } {
    return { id: ++this.#made, at };
  }

  literal = (at: number, value: LiteralValue): Literal => ({ ...this.#node(at), kind: 'literal', value });
  ident = (at: number, name: string): Ident => ({ ...this.#node(at), kind: 'ident', name });
  message = (at: number, name: string): Message => ({ ...this.#node(at), kind: 'message', name });
  list = (at: number, items: ListExpr['items']): ListExpr => ({ ...this.#node(at), kind: 'list', items });
  map = (at: number, entries: MapExpr['entries']): MapExpr => ({ ...this.#node(at), kind: 'map', entries });

  select(at: number, operand: Expr, field: string): Select {
    return { ...this.#node(at), kind: 'select', operand, field, test: false };
  }

  test(at: number, { operand, field }: Select): Select {
    return { ...this.#node(at), kind: 'select', operand, field, test: true };
  }

  // oxlint-disable-next-line max-params -- one node, in the order in which it is written
  call(at: number, name: string, args: readonly Expr[], target?: Expr): Call {
    return { ...this.#node(at), kind: 'call', name, args, ...(target && { target }) };
  }

  fold(at: number, parts: Omit<Comprehension, 'id' | 'at' | 'kind'>): Comprehension {
    return { ...this.#node(at), kind: 'comprehension', ...parts };
  }
}
