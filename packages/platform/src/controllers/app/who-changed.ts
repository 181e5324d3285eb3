import { annotations } from '@fairlead/api';
import type { Json, ManagedFieldsEntry, ObjectMeta } from '@fairlead/kube';

/**
 * Who wrote the spec last: the name in the annotation that clients set with every write, else the
 * field manager. The annotation outlives the write that it came with, so it counts only when whoever
 * wrote the spec last wrote it, too.
 */
export const whoChanged = (metadata: Pick<ObjectMeta, 'annotations' | 'managedFields'>): string => {
  const said = metadata.annotations?.[annotations.changedBy];
  const writers = (metadata.managedFields ?? []).filter(
    ({ subresource, fieldsV1 }) => subresource === undefined && member(fieldsV1, 'f:spec') !== undefined,
  );
  const latest = writers.map(timeOf).toSorted().at(-1) ?? '';
  const last = writers.filter((writer) => timeOf(writer) === latest);
  const isSigned = last.length === 0 || last.some(signs);
  return (isSigned ? said : undefined) ?? last.at(-1)?.manager ?? said ?? 'unknown';
};

const timeOf = ({ time = '' }: ManagedFieldsEntry): string => time;

const signs = ({ fieldsV1 }: ManagedFieldsEntry): boolean =>
  member(member(member(fieldsV1, 'f:metadata'), 'f:annotations'), `f:${annotations.changedBy}`) !== undefined;

/** A set of fields is an object; what else there might be has no members. */
const member = (fields: Json | undefined, key: string): Json | undefined =>
  fields !== null && typeof fields === 'object' && !Array.isArray(fields)
    ? (fields as Readonly<Record<string, Json>>)[key]
    : undefined;
