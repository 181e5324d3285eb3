import { badRequest, type ApiError } from './errors.ts';

/** The options of whatever writes (meta/v1 CreateOptions, UpdateOptions, PatchOptions). */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  readonly force: boolean;
}

export const parseWriteOptions = (query: URLSearchParams): WriteOptions => ({
  dryRun: parseDryRun(query.getAll('dryRun')),
  fieldManager: query.get('fieldManager') ?? '',
  fieldValidation: parseFieldValidation(query.get('fieldValidation') ?? ''),
  force: flag(query, 'force'),
});

export const parseDryRun = (given: readonly string[]): boolean => {
  for (const one of given) {
    if (one !== 'All' && one !== '')
      throw invalidOption('dryRun', `Unsupported value: ${JSON.stringify(one)}: supported values: "All"`);
  }
  return given.includes('All');
};

const parseFieldValidation = (text: string): WriteOptions['fieldValidation'] => {
  if (text === '') return 'Warn';
  if (text === 'Ignore' || text === 'Warn' || text === 'Strict') return text;
  throw invalidOption(
    'fieldValidation',
    `Invalid value: ${JSON.stringify(text)}: fieldValidation parameter must be one of 'Ignore', 'Warn', or 'Strict'`,
  );
};

const invalidOption = (name: string, why: string): ApiError => badRequest(`${name}: ${why}`);

/** Go's reading of a boolean parameter: present without a value counts as true. */
const flag = (query: URLSearchParams, name: string): boolean => {
  const text = query.get(name);
  return text !== null && text !== 'false' && text !== '0';
};
