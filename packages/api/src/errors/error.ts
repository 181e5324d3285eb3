import { type ErrorCode, type ErrorEntry, register } from './register.ts';

export type { ErrorCode } from './register.ts';

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
    return fill(register[this.code].solve, this.details).trimEnd();
  }
}

/** What, why and what to do, over as many lines as that takes: the message of a condition. */
export const explain = ({ message, why, solve }: FairleadError): string => {
  const indented = (text: string): string => text.split('\n').join('\n         ');
  return [message, `  why    ${indented(why)}`, `  solve  ${indented(solve)}`].join('\n');
};

/** Whether a word from elsewhere is a code of the register. */
export const isErrorCode = (code: string | undefined): code is ErrorCode =>
  code !== undefined && Object.hasOwn(register, code);

/** The form in which a person meets an error. */
export const renderError = (error: FairleadError): string => `✘ ${error.code}  ${explain(error)}`;
