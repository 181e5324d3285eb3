import { type FieldError, invalid } from './field-error.ts';

/** Where a check is. Paths are put together only for an error. */
export class Trail {
  readonly errors: FieldError[] = [];
  readonly #base: string;
  #steps: (string | number)[] = [];

  constructor(base: string) {
    this.#base = base;
  }

  enter(step: string | number): void {
    this.#steps.push(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  /** `spec.ports[0].name`; empty at the root. */
  path(): string {
    return this.#steps.reduce<string>((path, step) => {
      if (typeof step === 'number') return `${path}[${step}]`;
      return path === '' ? step : `${path}.${step}`;
    }, this.#base);
  }

  add(error: FieldError): void {
    this.errors.push(error);
  }

  /** `spec.replicas in body should be greater than or equal to 1`. */
  fault(value: unknown, words: string): void {
    const path = this.path();
    this.errors.push(invalid(path, value, `${path} in body ${words}`));
  }

  /** The same place, errors of its own: for branches of which one may fail. */
  branch(): Trail {
    const branch = new Trail(this.#base);
    branch.#steps = this.#steps;
    return branch;
  }
}

/** Looks at a value and notes what is wrong with it. */
export type Check = (value: unknown, trail: Trail) => void;
