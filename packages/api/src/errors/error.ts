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
    return fill(register[this.code].solve, this.details).trimEnd();
  }
}

/** What, why and what to do, over as many lines as that takes: the message of a condition. */
export const explain = ({ message, why, solve }: FairleadError): string => {
  const indented = (text: string): string => text.split('\n').join('\n         ');
  return [message, `  why    ${indented(why)}`, `  solve  ${indented(solve)}`].join('\n');
};

/** The form in which a person meets an error. */
export const renderError = (error: FairleadError): string =>
  renderSaid(error.code, { what: error.message, why: error.why, solve: error.solve });

/** The same as the message of a condition, which has its code as its reason. */
export const conditionMessage = ({ message, why, solve }: FairleadError): string =>
  `${message}${whyMark}${why}${solveMark}${solve}`;

/** A condition that holds an error, in the form in which a person meets one. */
export const renderCondition = (reason: string, message: string): string => {
  const [what = '', rest] = splitAt(message, message.indexOf(whyMark), whyMark);
  if (rest === undefined) return renderSaid(reason, { what: message });
  const [why = '', solve] = splitAt(rest, rest.lastIndexOf(solveMark), solveMark);
  return renderSaid(reason, { what, why, ...(solve === undefined ? {} : { solve }) });
};

const whyMark = '\nwhy: ';
const solveMark = '\nsolve: ';

const splitAt = (text: string, index: number, mark: string): [string, string?] =>
  index < 0 ? [text] : [text.slice(0, index), text.slice(index + mark.length)];

const renderSaid = (
  code: string,
  { what, why, solve }: { readonly what: string; readonly why?: string; readonly solve?: string },
): string => {
  const indented = (text: string): string => text.split('\n').join('\n         ');
  return [
    `✘ ${code}  ${what}`,
    ...(why === undefined ? [] : [`  why    ${indented(why)}`]),
    ...(solve === undefined ? [] : [`  solve  ${indented(solve)}`]),
  ].join('\n');
};
