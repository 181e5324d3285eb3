import { formatCheck } from '../../schema/format.ts';
import { isObject } from '../../schema/json.ts';
import type { Crd, CrdVersion } from './definition.ts';

/** Formats of texts in a definition's schemas that nobody checks. */
export const unknownFormats = ({ spec }: Crd): string[] =>
  spec.versions.flatMap(({ schema }: CrdVersion) => formatsIn(schema?.openAPIV3Schema));

const formatsIn = (schema: unknown): string[] => {
  if (Array.isArray(schema)) return schema.flatMap(formatsIn);
  if (!isObject(schema)) return [];
  const { format, default: _default, enum: _enum, example: _example, ...rest } = schema;
  const own = rest.type === 'string' && typeof format === 'string' && isUnknown(format) ? [format] : [];
  return [...own, ...Object.values(rest).flatMap(formatsIn)];
};

const isUnknown = (format: string): boolean => format !== '' && formatCheck(format) === undefined;
