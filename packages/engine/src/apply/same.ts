import type { KubeObject, ManagedFieldsEntry } from '@fairlead/kube';
import { equalJson } from '../schema/json.ts';
import { withManagedFields } from './update.ts';

/**
 * The two differ at most in the times of their managed fields (and `resourceVersion`, when `next`
 * has none): writing would change nothing. An entry that loses its time changes.
 */
export function sameExceptTimes(live: KubeObject, next: KubeObject): boolean {
  if (live === next) return true;
  const [old, now] = [live.metadata.managedFields, next.metadata.managedFields];
  if (!equalJson(withoutTimes(old), withoutTimes(now))) return false;
  return equalJson(withManagedFields(live, undefined), withManagedFields(next, undefined));
}

const withoutTimes = (entries: readonly ManagedFieldsEntry[] | undefined): unknown =>
  entries?.map(({ time, ...entry }) => ({ ...entry, timed: time !== undefined })) ?? [];
