import type { Clock, Condition } from '@fairlead/kube';
import { findCondition, setCondition } from '@fairlead/kube';
import { messageOf } from '../pods/write.ts';
import type { Remains } from './decide.ts';

type Said = Pick<Condition, 'status' | 'reason' | 'message'>;

/** Kubernetes' five conditions of a namespace on its way out: what holds it up. */
export function desiredConditions(
  before: readonly Condition[],
  found: { readonly remains: readonly Remains[]; readonly failure: unknown },
  clock: Clock,
): readonly Condition[] {
  const said: Readonly<Record<string, Said>> = {
    NamespaceDeletionDiscoveryFailure: ok('ResourcesDiscovered', 'All resources successfully discovered'),
    NamespaceDeletionGroupVersionParsingFailure: ok(
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    NamespaceDeletionContentFailure: contentFailure(found.failure),
    NamespaceContentRemaining: contentRemaining(found.remains),
    NamespaceFinalizersRemaining: finalizersRemaining(found.remains),
  };
  // A namespace that was empty says nothing about what it never had to wait for.
  const isTroubled = Object.values(said).some(({ status }) => status === 'True');
  if (!isTroubled && findCondition(before, 'NamespaceContentRemaining') === undefined) return before;
  return Object.entries(said).reduce(
    (conditions, [type, facts]) => setCondition(conditions, { type, ...facts }, clock),
    before,
  );
}

const ok = (reason: string, message: string): Said => ({ status: 'False', reason, message });

function contentFailure(failure: unknown): Said {
  if (failure === undefined)
    return ok('ContentDeleted', 'All content successfully deleted, may be waiting on finalization');
  const message = `Failed to delete all resource types, 1 remaining: ${messageOf(failure)}`;
  return { status: 'True', reason: 'ContentDeletionFailed', message };
}

function contentRemaining(remains: readonly Remains[]): Said {
  if (remains.length === 0) return ok('ContentRemoved', 'All content successfully removed');
  const kinds = remains.map(
    ({ type, objects }) => `${qualified(type)} has ${objects.length} resource instances`,
  );
  const message = `Some resources are remaining: ${kinds.toSorted().join(', ')}`;
  return { status: 'True', reason: 'SomeResourcesRemain', message };
}

function finalizersRemaining(remains: readonly Remains[]): Said {
  const counts = new Map<string, number>();
  for (const finalizer of remains.flatMap(({ objects }) =>
    objects.flatMap(({ metadata }) => metadata.finalizers ?? []),
  ))
    counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  if (counts.size === 0) return ok('ContentHasNoFinalizers', 'All content-preserving finalizers finished');
  const parts = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`);
  const message = `Some content in the namespace has finalizers remaining: ${parts.toSorted().join(', ')}`;
  return { status: 'True', reason: 'SomeFinalizersRemain', message };
}

const qualified = ({ group, resource }: Remains['type']): string => `${resource}.${group}`;
