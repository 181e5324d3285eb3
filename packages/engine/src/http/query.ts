import { type FieldError, invalid as invalidField, notSupported, tooLong } from '../schema/field-error.ts';
import { invalid } from './errors.ts';
import { flag } from './list-options.ts';

/** The options of whatever writes (meta/v1 CreateOptions, UpdateOptions, PatchOptions). */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  readonly force: boolean;
}

/** Of a request that asks for nothing more, as most do. */
const UNTOLD: WriteOptions = { dryRun: false, fieldManager: '', fieldValidation: 'Warn', force: false };

/** Throws 422 with a cause for each option that is not as it can be. `kind` is what Kubernetes calls the options. */
export const parseWriteOptions = (
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions' = 'UpdateOptions',
): WriteOptions => {
  if (query.size === 0) return UNTOLD;
  const fieldManager = query.get('fieldManager') ?? '';
  const fieldValidation = query.get('fieldValidation') ?? '';
  const dryRun = query.getAll('dryRun');
  const errors = [
    ...managerErrors(fieldManager),
    ...dryRunErrors(dryRun),
    ...validationErrors(fieldValidation),
  ];
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind, name: '' }, errors);
  return {
    dryRun: dryRun.length > 0,
    fieldManager,
    fieldValidation: (fieldValidation || 'Warn') as WriteOptions['fieldValidation'],
    force: flag(query, 'force') ?? false,
  };
};

const MANAGER_BYTES = 128;

const managerErrors = (manager: string): FieldError[] => {
  if (/^[\x20-\x7e]{0,128}$/.test(manager)) return [];
  const unprintable = [...manager.matchAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu)];
  return [
    ...(Buffer.byteLength(manager) > MANAGER_BYTES ? [tooLong('fieldManager', MANAGER_BYTES)] : []),
    ...unprintable.map(({ 0: character, index }) => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const position = Buffer.byteLength(manager.slice(0, index));
      return invalidField('fieldManager', manager, `invalid character U+${code} (at position ${position})`);
    }),
  ];
};

/** There is one way not to do it. */
export const dryRunErrors = (given: readonly string[]): FieldError[] =>
  given.every((one) => one === 'All') ? [] : [notSupported('dryRun', given, ['All'])];

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];

const validationErrors = (given: string): FieldError[] =>
  VALIDATIONS.includes(given) ? [] : [notSupported('fieldValidation', given, VALIDATIONS)];
