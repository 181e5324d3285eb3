import { type ErrorCode, type ErrorEntry, register } from './register.ts';

/** What is put in the place of `{name}` in the texts of the register. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

const fill = (text: string, details: ErrorDetails): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));

/** An error of the register: says whose fault it is, what happened, why, and how to solve it. */
export class FairleadError extends Error {
  override readonly name = 'FairleadError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    super(fill(register[code].what, details), options);
    this.code = code;
    this.details = details;
  }

  get fault(): ErrorEntry['fault'] {
    return register[this.code].fault;
  }

  get why(): string {
    return fill(register[this.code].why, this.details);
  }

  get solve(): string {
    return fill(register[this.code].solve, this.details);
  }
}

/** The form in which a person meets an error. */
export const renderError = (error: FairleadError): string => {
  const indented = (text: string): string => text.split('\n').join('\n         ');
  return [
    `✘ ${error.code}  ${error.message}`,
    `  why    ${indented(error.why)}`,
    `  solve  ${indented(error.solve)}`,
  ].join('\n');
};
