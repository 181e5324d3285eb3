import { controllerOf } from '../apply/owner.ts';
import type { Cache, Change, Informer } from '../informer/contract.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ObjectName } from '../name.ts';
import type { KubeObject, ResourceType } from '../object.ts';
import type { ControllerOptions, OwnedKind, Watch } from './contract.ts';

/** One kind that wakes a controller: an informer, and which names a change concerns. */
export interface Source {
  readonly informer: Informer<KubeObject>;
  readonly namesIn: (change: Change) => readonly ObjectName[];
}

/** Declares that objects of another kind concern the reconciled ones: `map` gives their names. */
export const watch = <T extends KubeObject>(declared: Watch<T>): Watch =>
  // An informer of that kind is all that will ever call `map`.
  declared as unknown as Watch;

/** `for`, `owns` and `watches`, as one list. */
export function sourcesOf<T extends KubeObject>(options: ControllerOptions<T>): readonly Source[] {
  const { cache, for: kind, scope, when, owns = [], watches = [] } = options;
  const own = watch<T>({
    kind,
    ...(scope && { scope }),
    ...(when && { when }),
    map: (object) => [object.metadata],
  });
  const owned = owns.map((child) => watch({ ...ownedKind(child), map: (object) => ownerOf(object, kind) }));
  return [own, ...owned, ...watches].map((declared) => openSource(cache, declared));
}

const ownedKind = (child: Kind | OwnedKind): OwnedKind =>
  typeof child.kind === 'string' ? { kind: child as Kind, scope: {} } : (child as OwnedKind);

function openSource(cache: Cache, { kind, scope, map, when = () => true }: Watch): Source {
  const namesIn = (change: Change): readonly ObjectName[] => {
    if (!when(change)) return [];
    return [change.before, change.after].flatMap((object) => (object === undefined ? [] : [...map(object)]));
  };
  return { informer: cache.informer(kind, scope), namesIn };
}

function ownerOf(child: KubeObject, kind: Kind): readonly ObjectName[] {
  const owner = controllerOf(child);
  if (owner === undefined || !isOfKind(owner, kind)) return [];
  return [{ name: owner.name, ...(kind.namespaced && { namespace: child.metadata.namespace }) }];
}

/** By group and kind: the version under which an owner was named does not matter. */
const isOfKind = (
  named: { readonly apiVersion: string; readonly kind: string },
  type: ResourceType,
): boolean => named.kind === type.kind && groupOf(named.apiVersion) === type.group;

const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
