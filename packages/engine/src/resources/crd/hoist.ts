import { equalJson } from '../../schema/json.ts';
import type { CrdSpec, CrdVersion } from './definition.ts';

/** A part of versions, and where messages say that it stands. */
export interface Part<T> {
  readonly value: T;
  readonly path: string;
  /** The index of the version; undefined: it is that of all. */
  readonly version?: number;
}

/**
 * A part that is the same in all versions is told as one of the whole definition, under its name of old: inside, the
 * API server still keeps it so (apiextensions, v1/conversion.go).
 */
export const partsOf = <T>(
  { versions }: CrdSpec,
  names: {
    readonly read: (version: CrdVersion) => T | undefined;
    readonly shared: string;
    readonly own: string;
  },
): readonly Part<T>[] => {
  const values = versions.map(names.read);
  const [first] = values;
  if (first !== undefined && values.every((value) => equalJson(value, first))) {
    return [{ value: first, path: `spec.${names.shared}` }];
  }
  return values.flatMap((value, version) =>
    value === undefined ? [] : [{ value, path: `spec.versions[${version}].${names.own}`, version }],
  );
};
