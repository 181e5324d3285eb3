import type { Correlated } from './correlate.ts';
import { type FieldError, invalid } from './field-error.ts';

/** Where a check is. Paths are put together only for an error. */
export class Trail {
  readonly errors: FieldError[] = [];
  /** How many conditions were looked at: of several branches that fail, the one that went farthest is told. */
  looks = 0;
  /** What the value was before, where a change is judged: what has not been touched is not looked at again. */
  past: Correlated | undefined;
  readonly #base: string;
  #steps: (string | number)[] = [];

  constructor(base: string, past?: Correlated) {
    this.#base = base;
    this.past = past;
  }

  enter(step: string | number): void {
    this.#steps.push(step);
  }

  /** A key of a map; Kubernetes writes a dot before it even where nothing is before the dot. */
  enterKey(key: string): void {
    this.#steps.push(this.#steps.length === 0 ? `.${key}` : key);
  }

  /** The past of what was just entered, by the past of what is around it. */
  below(around: Correlated): Correlated | undefined {
    const step = this.#steps.at(-1);
    if (typeof step === 'number') return around.index(step);
    return step === undefined ? undefined : around.key(step);
  }

  leave(): void {
    this.#steps.pop();
  }

  /** `spec.ports[0].name`, from the value that is checked on; empty for the value itself. Messages name it. */
  path(): string {
    return this.#steps.reduce<string>((path, step) => {
      if (typeof step === 'number') return `${path}[${step}]`;
      return path === '' ? step : `${path}.${step}`;
    }, '');
  }

  /** The same, with what lies before the value. */
  field(name?: string): string {
    const path = this.path().replace(/^\./, '');
    const steps = [this.#base, path, name ?? ''].filter((step) => step !== '');
    return steps.join('.');
  }

  /** No single field is at fault. */
  whole(words: string): void {
    this.errors.push(invalid(this.#base, '', `${JSON.stringify(this.path())} ${words}`));
  }

  add(error: FieldError): void {
    this.errors.push(error);
  }

  /** `spec.replicas in body should be greater than or equal to 1`. */
  fault(value: unknown, words: string): void {
    this.errors.push(invalid(this.field(), value, `${this.path()} in body ${words}`));
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
