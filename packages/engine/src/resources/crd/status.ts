import type { Registry } from '../registry.ts';
import { approvalCondition } from './approval.ts';
import { type Crd, type CrdCondition, type CrdNames, type CrdStatus, completeNames } from './definition.ts';

/** A name that another kind of the group has already, and what it would be. */
interface Conflict {
  readonly reason: string;
  readonly name: string;
}

/** What a definition is told about itself: whether its names are free and it is served. Pure. */
export const statusOf = (crd: Crd, { registry, now }: { registry: Registry; now: string }): CrdStatus => {
  const names = completeNames(crd.spec.names);
  const conflict = conflictOf(crd, names, registry);
  const accepted = conflict === undefined;
  const old = crd.status;
  return {
    conditions: conditionsOf(crd, { conflict, now }),
    acceptedNames: accepted ? names : (old?.acceptedNames ?? { plural: '', kind: '' }),
    storedVersions: storedVersions(crd),
  };
};

const storedVersions = ({ spec, status }: Crd): readonly string[] => {
  const known = status?.storedVersions ?? [];
  const storage = spec.versions.find((version) => version.storage)?.name;
  return storage === undefined || known.includes(storage) ? known : [...known, storage];
};

const conflictOf = (crd: Crd, names: CrdNames, registry: Registry): Conflict | undefined => {
  const others = [...registry.all()].filter(
    ({ group, resource }) => group === crd.spec.group && resource !== names.plural,
  );
  const taken = new Set(others.flatMap((one) => [one.resource, one.singular, ...one.shortNames]));
  const kinds = new Set(others.flatMap((one) => [one.kind, one.listKind]));
  const asked: readonly (readonly [string, string, ReadonlySet<string>])[] = [
    ['PluralConflict', names.plural, taken],
    ['SingularConflict', names.singular ?? '', taken],
    ...(names.shortNames ?? []).map((name) => ['ShortNamesConflict', name, taken] as const),
    ['KindConflict', names.kind, kinds],
    ['ListKindConflict', names.listKind ?? '', kinds],
  ];
  // Of several the last is told, as Kubernetes does.
  const found = asked.findLast(([, name, used]) => used.has(name));
  return found && { reason: found[0], name: found[1] };
};

const conditionsOf = (
  crd: Crd,
  { conflict, now }: { readonly conflict: Conflict | undefined; readonly now: string },
): readonly CrdCondition[] => {
  const { status, metadata } = crd;
  const old = status?.conditions ?? [];
  const was = old.find(({ type }) => type === 'Established')?.status === 'True';
  const set = (condition: Omit<CrdCondition, 'lastTransitionTime'>): CrdCondition => {
    const known = old.find(({ type }) => type === condition.type);
    const same = known?.status === condition.status && known.reason === condition.reason;
    return { ...condition, lastTransitionTime: same ? known.lastTransitionTime : now };
  };
  const approval = approvalCondition(crd);
  return [
    ...(approval === undefined ? [] : [set(approval)]),
    set(namesAccepted(conflict)),
    // Once established always established: objects of it may exist.
    set(established(conflict === undefined || was)),
    ...(metadata.deletionTimestamp === undefined ? [] : [set(terminating)]),
  ];
};

const namesAccepted = (conflict: Conflict | undefined): Omit<CrdCondition, 'lastTransitionTime'> =>
  conflict === undefined
    ? { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' }
    : {
        type: 'NamesAccepted',
        status: 'False',
        reason: conflict.reason,
        message: `${JSON.stringify(conflict.name)} is already in use`,
      };

const established = (served: boolean): Omit<CrdCondition, 'lastTransitionTime'> =>
  served
    ? {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      }
    : {
        type: 'Established',
        status: 'False',
        reason: 'NotAccepted',
        message: 'not all names are accepted',
      };

const terminating: Omit<CrdCondition, 'lastTransitionTime'> = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionInProgress',
  message: 'CustomResource deletion is in progress',
};

/** What a definition says of itself while its objects are deleted. */
export const withTerminating = (crd: Crd): Crd => {
  const others = (crd.status?.conditions ?? []).filter(({ type }) => type !== terminating.type);
  const since = { lastTransitionTime: crd.metadata.deletionTimestamp ?? '' };
  return { ...crd, status: { ...crd.status, conditions: [...others, { ...terminating, ...since }] } };
};

export const isEstablished = ({ status }: Crd): boolean =>
  status?.conditions?.some((one) => one.type === 'Established' && one.status === 'True') ?? false;
