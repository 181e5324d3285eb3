import { intersection, isEmptySet, membersOf, union } from './field-set.ts';
import type { Owner, Owners } from './managers.ts';
import { renderPath } from './path-element.ts';
import type { Changes } from './update.ts';

/** A field that the applied configuration wants to change and somebody else owns. */
export interface Conflict {
  readonly owner: Owner;
  /** Path elements as in FieldsV1. */
  readonly path: readonly string[];
}

/** Everything that `changes` takes from owners other than `except`. */
export function conflictsOf(owners: Owners, changes: Changes, except: string): Conflict[] {
  const conflicts: Conflict[] = [];
  for (const [id, owner] of owners) {
    const change = id === except ? undefined : changes.at(owner.apiVersion);
    if (change === undefined) continue;
    const taken = intersection(owner.fields, union(change.modified, change.added));
    if (isEmptySet(taken)) continue;
    for (const path of membersOf(taken)) conflicts.push({ owner, path });
  }
  return conflicts;
}

/** Status.message of the 409 answer. */
export function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (first !== undefined && conflicts.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${describeOwner(first.owner)}: ${renderPath(first.path)}`;
  }
  const byOwner = Map.groupBy(conflicts, ({ owner }) => owner);
  const groups = [...byOwner].sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const lines = groups.flatMap(([owner, paths]) => [
    `conflicts with ${describeOwner(owner)}:`,
    ...paths.map(({ path }) => `- ${renderPath(path)}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** Status.details.causes of the 409 answer. */
export const conflictCauses = (conflicts: readonly Conflict[]) =>
  conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describeOwner(owner)}`,
    field: renderPath(path),
  }));

function describeOwner(owner: Owner): string {
  const name = JSON.stringify(owner.manager);
  const who =
    owner.subresource === '' ? name : `${name} with subresource ${JSON.stringify(owner.subresource)}`;
  return owner.operation === 'Update' ? `${who} using ${owner.apiVersion}` : who;
}

/** Go sorts by the JSON of the entry that names the manager. */
const sortKey = (owner: Owner): string =>
  JSON.stringify({
    ...(owner.manager !== '' && { manager: owner.manager }),
    operation: owner.operation,
    ...(owner.operation === 'Update' && { apiVersion: owner.apiVersion }),
    ...(owner.subresource !== '' && { subresource: owner.subresource }),
  });
