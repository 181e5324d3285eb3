import { goTypeName } from './go-types.ts';
import type { Schema } from './structural.ts';

/** A value's own codec refused it: Go stops at once and says only this. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
}

/** A field's name, an item's index, or a key of a map. */
type Step = string | number | { readonly key: string };

const MOST_UNKNOWN = 100;

/** Where a decoder is, and what it found wrong so far. */
export class DecodeContext {
  /** Go's name of the struct being read, without its package. */
  struct = '';
  /** The first mismatch of types; the rest of the document is read nevertheless. */
  error: string | undefined;
  readonly unknown: string[] = [];
  readonly #steps: Step[] = [];

  enter(step: Step): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  addUnknown(name: string): void {
    const base = this.path();
    const path = base === '' ? name : `${base}.${name}`;
    if (this.unknown.length < MOST_UNKNOWN && !this.unknown.includes(path)) this.unknown.push(path);
  }

  /** The JSON value at this place cannot become the Go type. */
  mismatch(schema: Schema, found: string): void {
    this.error ??= this.mismatchMessage(found, goTypeName(schema));
  }

  mismatchMessage(found: string, type: string): string {
    const fields = this.#steps.filter((step) => typeof step === 'string').join('.');
    const where = fields === '' ? 'value' : `struct field ${this.struct}.${fields}`;
    return `json: cannot unmarshal ${found} into Go ${where} of type ${type}`;
  }

  path(): string {
    return this.#steps.reduce<string>((path, step) => {
      if (typeof step === 'number') return `${path}[${step}]`;
      const name = typeof step === 'string' ? step : step.key;
      return path === '' ? name : `${path}.${name}`;
    }, '');
  }
}
