import type { KubeObject, OwnerReference } from '@fairlead/kube';
import { foreground, isLoose, orphan, type Vertex, waits } from './graph.ts';

/** How one owner of an object stands. */
export type Standing =
  | 'solid'
  /** There is no such object. */
  | 'absent'
  /** It is being deleted in the foreground: its dependents are to go first. */
  | 'waiting';

export interface Facts {
  readonly vertex: Vertex;
  readonly dependents: readonly Vertex[];
  readonly owners: readonly { readonly reference: OwnerReference; readonly standing: Standing }[];
}

export type Policy = 'Foreground' | 'Background' | 'Orphan';

/** What is to be done about one object. */
export type Verdict =
  | { readonly kind: 'keep' }
  /** It has nobody left. */
  | { readonly kind: 'delete'; readonly policy: Policy; readonly unblock: boolean }
  /** Some owner is left: the references to the others go. */
  | { readonly kind: 'disown'; readonly uids: readonly string[] }
  /** Nothing blocks it any more. */
  | { readonly kind: 'finish'; readonly finalizer: string }
  /** It waits for these. */
  | { readonly kind: 'wait'; readonly dependents: readonly Vertex[] }
  /** Its dependents stay, without it. */
  | { readonly kind: 'orphan'; readonly dependents: readonly Vertex[] };

export function decide(facts: Facts): Verdict {
  const { vertex, dependents, owners } = facts;
  if (isLoose(vertex)) return { kind: 'orphan', dependents };
  if (waits(vertex)) return decideWaiting(vertex, dependents);
  if (vertex.object.metadata.deletionTimestamp !== undefined || owners.length === 0) return { kind: 'keep' };
  const lost = owners.filter(({ standing }) => standing !== 'solid');
  if (lost.length === 0) return { kind: 'keep' };
  if (lost.length < owners.length)
    return { kind: 'disown', uids: lost.map(({ reference }) => reference.uid) };
  const waited = owners.some(({ standing }) => standing === 'waiting');
  if (!waited || dependents.length === 0)
    return { kind: 'delete', policy: policyOf(vertex.object), unblock: false };
  // An owner and a dependent that both wait may wait for each other: its own block is lifted then.
  return { kind: 'delete', policy: 'Foreground', unblock: dependents.some(waits) };
}

function decideWaiting({ object }: Vertex, dependents: readonly Vertex[]): Verdict {
  const blocks = ({ object: { metadata } }: Vertex): boolean =>
    (metadata.ownerReferences ?? []).some(
      (reference) => reference.uid === object.metadata.uid && reference.blockOwnerDeletion === true,
    );
  const blocking = dependents.filter(blocks);
  if (blocking.length === 0) return { kind: 'finish', finalizer: foreground };
  return { kind: 'wait', dependents: blocking.filter((dependent) => !waits(dependent)) };
}

/** What was asked for the object itself, by a finalizer, holds for its own dependents. */
function policyOf({ metadata }: KubeObject): Policy {
  const finalizers = metadata.finalizers ?? [];
  if (finalizers.includes(orphan)) return 'Orphan';
  return finalizers.includes(foreground) ? 'Foreground' : 'Background';
}
