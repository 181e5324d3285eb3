import { FairleadError } from '../errors/error.ts';
import { isAppName, processNamePattern } from '../names.ts';
import type { App } from './schema.ts';

/** All inline files of an App together, in bytes: an object of the API has 1.5 MB at most, its history many copies. */
export const inlineLimit = 200_000;

/** What Linux hands to a new process in one variable, name and equals sign included, in bytes. */
export const variableLimit = 128 * 1024 - 1;

/** What is wrong with a field of an App, beyond what the schema can say. */
export interface Refusal {
  /** `spec.source.files`. */
  readonly field: string;
  readonly error: FairleadError;
}

/** Everything that is wrong with an App, beyond what its schema can say. The App need not fit the schema. */
export const refusalsOf = (app: App): Refusal[] => rules.flatMap((rule) => rule(app));

type Rule = (app: App) => readonly Refusal[];

const name: Rule = ({ metadata }) =>
  isAppName(metadata.name)
    ? []
    : [
        {
          field: 'metadata.name',
          error: new FairleadError('E_APP_NAME', { name: metadata.name, suggestion: 'shop' }),
        },
      ];

const files: Rule = ({ spec }) => {
  const given = listOf(spec?.source?.files);
  const size = given.reduce((sum, { content }) => sum + bytesOf(content), 0);
  if (size <= inlineLimit) return [];
  const details = {
    size,
    limit: inlineLimit,
    where: 'as inline files of an App',
    advice: 'send it with  git push fairlead main  or  fairlead deploy',
  };
  return [{ field: 'spec.source.files', error: new FairleadError('E_SOURCE_TOO_LARGE', details) }];
};

const processes: Rule = ({ metadata, spec }) => {
  const names = typeof spec?.processes === 'object' ? Object.keys(spec.processes ?? {}) : [];
  const pattern = new RegExp(processNamePattern);
  return names
    .filter((process) => !pattern.test(process))
    .map((process) => ({
      field: `spec.processes[${process}]`,
      error: new FairleadError('E_PROCESS_NAME', { app: metadata.name, process }),
    }));
};

const variables: Rule = ({ spec }) =>
  listOf(spec?.env).flatMap(({ name: variable, value }) => {
    const error = refuseVariable(variable, typeof value === 'string' ? value : '');
    return error === undefined ? [] : [{ field: `spec.env[${variable}].value`, error }];
  });

/** Why a value cannot be one of an environment variable; undefined when it can. */
export const refuseVariable = (variable: string, value: string): FairleadError | undefined => {
  if (value.includes('\0')) return new FairleadError('E_CONFIG_VALUE', { name: variable });
  const limit = variableLimit - bytesOf(variable) - 1;
  const size = bytesOf(value);
  if (size <= limit) return undefined;
  const details = { name: `the value of ${variable}`, size, limit, where: 'in one variable' };
  return new FairleadError('E_CONFIG_LARGE', details);
};

const rules: readonly Rule[] = [name, files, processes, variables];

const encoder = new TextEncoder();

const bytesOf = (text: unknown): number => (typeof text === 'string' ? encoder.encode(text).length : 0);

/** What does not fit the schema is refused for that. */
const listOf = <T extends object>(value: readonly T[] | undefined): readonly T[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'object' && each !== null) : [];
