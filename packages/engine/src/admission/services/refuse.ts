import { invalid } from '../../http/errors.ts';
import type { FieldError } from '../../schema/field-error.ts';

/** What cannot be given out is refused before anything else is judged. */
export const refuse = (name: string, errors: readonly FieldError[]): never => {
  throw invalid({ group: '', kind: 'Service', name }, errors);
};
