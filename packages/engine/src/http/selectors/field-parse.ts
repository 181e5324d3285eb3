import { badRequest } from '../errors.ts';

/** One requirement of a field selector. */
export interface FieldTerm {
  readonly path: string;
  readonly equal: boolean;
  readonly value: string;
}

/** `metadata.name=a,status.phase!=Running`; a backslash before `\`, `,` and `=` in values. Throws 400. */
export const parseFieldSelector = (text: string): readonly FieldTerm[] =>
  // Sorted, because Kubernetes sorts them before it looks at them: the first fault is the one that is told.
  splitTerms(text)
    .sort()
    .filter((part) => part !== '')
    .map((part) => parseTerm(part, text));

const splitTerms = (text: string): string[] => text.match(/(?:\\[^]|[^\\,]|\\$)+/g) ?? [];

const parseTerm = (part: string, whole: string): FieldTerm => {
  const found = /^(.*?)(!=|==|=)(.*)$/s.exec(part);
  if (found === null) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
  const [, path = '', operator, value = ''] = found;
  return { path, equal: operator !== '!=', value: unescapeValue(value) };
};

const FAULT = /^(?:\\[\\,=]|[^\\,=])*(?:(\\)(?![\\,=])([^]?)|([,=]))/u;

const unescapeValue = (value: string): string => {
  const faulty = FAULT.exec(value);
  if (faulty === null) return value.replace(/\\([^])/g, '$1');
  const [, slash, after, bare = ''] = faulty;
  throw badRequest(
    slash === undefined
      ? `invalid field selector: unescaped character in value: ${bare.codePointAt(0)}`
      : `invalid field selector: invalid escape sequence: \\${after}`,
  );
};
