import {
  duplicate,
  type FieldError,
  forbidden,
  internal,
  invalid,
  notFound,
  notSupported,
  required,
  tooLong,
  tooMany,
} from './field-error.ts';

/** A field of an object that is judged, and what has been found wrong in the object so far. */
export class Place {
  readonly path: string;
  readonly found: FieldError[];

  constructor(path = '', found: FieldError[] = []) {
    this.path = path;
    this.found = found;
  }

  field(name: string): Place {
    return new Place(this.path === '' ? name : `${this.path}.${name}`, this.found);
  }

  index(index: number): Place {
    return new Place(`${this.path}[${index}]`, this.found);
  }

  key(key: string): Place {
    return new Place(`${this.path}[${key}]`, this.found);
  }

  required(detail = ''): void {
    this.found.push(required(this.path, detail));
  }

  invalid(value: unknown, detail: string): void {
    this.found.push(invalid(this.path, value, detail));
  }

  /** One error for each fault, as the rules of names and formats give them. */
  faults(value: unknown, faults: readonly string[]): void {
    for (const fault of faults) this.invalid(value, fault);
  }

  /** Undefined is fine: then there is a default, or nothing. */
  notNegative(value: number | undefined): void {
    if (value !== undefined && value < 0) this.invalid(value, 'must be greater than or equal to 0');
  }

  /** A choice among few; empty is an absent one. */
  oneOf(value: string | undefined, supported: readonly string[]): void {
    if (value === undefined || value === '') this.required();
    else if (!supported.includes(value)) this.unsupported(value, supported);
  }

  unsupported(value: unknown, supported: readonly string[]): void {
    this.found.push(notSupported(this.path, value, supported));
  }

  duplicate(value: unknown): void {
    this.found.push(duplicate(this.path, value));
  }

  notFound(value: unknown, detail = ''): void {
    this.found.push(notFound(this.path, value, detail));
  }

  forbidden(detail: string): void {
    this.found.push(forbidden(this.path, detail));
  }

  /** A fault of the server, or what Kubernetes takes for one. */
  internal(detail: string): void {
    this.found.push(internal(this.path, detail));
  }

  tooLong(bytes: number): void {
    this.found.push(tooLong(this.path, bytes));
  }

  tooMany(actual: number, max: number): void {
    this.found.push(tooMany(this.path, actual, max));
  }
}
