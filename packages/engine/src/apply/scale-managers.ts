import type { ManagedFieldsEntry } from '@fairlead/kube';
import { difference, type FieldSet, hasMember, isEmptySet, setOfPath } from './field-set.ts';
import { decodeOwners, encodeOwners, type Owner, type Owners } from './managers.ts';

/** Where a kind has its number of copies. */
export interface ReplicasPlaces {
  /** The version that is written now. */
  readonly apiVersion: string;
  /** By version: `['f:spec', 'f:replicas']`; undefined when that version has no scale. */
  readonly paths: ReadonlyMap<string, Path | undefined>;
}

type Path = readonly string[];

type Entries = readonly ManagedFieldsEntry[] | undefined;

const SCALE = { apiVersion: 'autoscaling/v1', path: ['f:spec', 'f:replicas'] };

const owns = ({ fields }: Pick<Owner, 'fields'>, path: Path | undefined): path is Path => {
  if (path === undefined) return false;
  let set: FieldSet | undefined = fields;
  for (const element of path.slice(0, -1)) set = set?.[element];
  return set !== undefined && hasMember(set, path.at(-1) as string);
};

/** Who owns the number of copies, as a Scale shows it. */
export const scaleEntries = (entries: Entries, { paths }: ReplicasPlaces): Entries => {
  const owners = decodeOwners(entries, true) ?? new Map();
  const fields = setOfPath(...SCALE.path);
  const shown = [...owners]
    .filter(([, owner]) => owns(owner, paths.get(owner.apiVersion)))
    .map(([id, owner]): [string, Owner] => [id, { ...owner, apiVersion: SCALE.apiVersion, fields }]);
  return encodeOwners(new Map(shown));
};

/**
 * The owners of an object after a write of its scale. Whoever owns the number there gets an entry of his own without a
 * time: Kubernetes knows its entries by their version, and a Scale has another.
 */
export const withScaleEntries = (entries: Entries, scale: Entries, places: ReplicasPlaces): Entries => {
  const before = decodeOwners(entries, true) ?? new Map();
  const writers = decodeOwners(scale, true) ?? new Map();
  const after: Owners = new Map();
  for (const [id, owner] of before) {
    if (!places.paths.has(owner.apiVersion)) continue;
    const path = places.paths.get(owner.apiVersion);
    const isStolen = owns(owner, path) && !writers.delete(id);
    const fields = isStolen ? difference(owner.fields, setOfPath(...path)) : owner.fields;
    if (!isEmptySet(fields)) after.set(id, { ...owner, fields });
  }
  const { apiVersion } = places;
  const fields = setOfPath(...(places.paths.get(apiVersion) ?? SCALE.path));
  for (const [id, writer] of writers) {
    if (!owns(writer, SCALE.path)) continue;
    const { time: _own, ...rest } = writer;
    const time = before.get(id)?.time;
    after.set(id, { ...rest, apiVersion, ...(time !== undefined && { time }), fields });
  }
  return encodeOwners(after);
};
