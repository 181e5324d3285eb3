import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, OwnerReference } from '@fairlead/kube';
import type { ServedType } from '../inventory/discover.ts';

/** The finalizer of an object that waits for its dependents to be deleted before it goes. */
export const foreground = 'foregroundDeletion';
/** The finalizer of an object whose dependents have to be let go first. */
export const orphan = 'orphan';

/** An object with its place among owners and dependents. */
export interface Vertex {
  readonly type: ServedType;
  readonly object: KubeObject;
}

/**
 * Who owns whom, over all kinds. Every change tells which objects have to be looked at again, by
 * uid. A name that comes back belongs to another object: only uids count.
 */
export interface Graph {
  get(uid: string): Vertex | undefined;
  dependentsOf(uid: string): readonly Vertex[];
  uids(): Iterable<string>;
  observe(vertex: Vertex): readonly string[];
  forget(uid: string): readonly string[];
}

export function createGraph(): Graph {
  const vertices = new Map<string, Vertex>();
  const dependents = new Map<string, Set<string>>();
  const graph: Graph = {
    get: (uid) => vertices.get(uid),
    dependentsOf: (uid) =>
      [...(dependents.get(uid) ?? [])].map((each) => vertices.get(each)).filter((each) => each !== undefined),
    uids: () => vertices.keys(),
    observe(vertex) {
      const uid = uidOf(vertex.object);
      const known = vertices.get(uid);
      const before = ownersOf(known);
      const after = ownersOf(vertex);
      vertices.set(uid, vertex);
      for (const owner of before) unlink(dependents, owner.uid, uid);
      for (const owner of after) link(dependents, owner.uid, uid);
      // A reference that went, or no longer blocks, may be what an owner was waiting for.
      const woken = before.filter((owner) => waits(vertices.get(owner.uid))).map((owner) => owner.uid);
      if (waits(vertex)) woken.push(uid, ...(dependents.get(uid) ?? []));
      else if (isLoose(vertex) || (after.length > 0 && !isOwnedAlike(known, vertex))) woken.push(uid);
      return woken;
    },
    forget(uid) {
      const owners = ownersOf(vertices.get(uid));
      vertices.delete(uid);
      for (const owner of owners) unlink(dependents, owner.uid, uid);
      const waiting = owners.filter((owner) => waits(vertices.get(owner.uid))).map((owner) => owner.uid);
      return [...waiting, ...(dependents.get(uid) ?? [])];
    },
  };
  return graph;
}

/** Most changes are of a status and bear on nobody's ownership. */
const isOwnedAlike = (known: Vertex | undefined, vertex: Vertex): boolean =>
  known !== undefined &&
  known.object.metadata.deletionTimestamp === vertex.object.metadata.deletionTimestamp &&
  isDeepStrictEqual(ownersOf(known), ownersOf(vertex));

export const uidOf = ({ metadata }: KubeObject): string => metadata.uid ?? '';

export const ownersOf = (vertex: Vertex | undefined): readonly OwnerReference[] =>
  vertex?.object.metadata.ownerReferences ?? [];

/** Being deleted, and staying until its dependents are gone. */
export const waits = (vertex: Vertex | undefined): boolean => isHeldBy(vertex, foreground);

/** Being deleted, and staying until its dependents are let go. */
export const isLoose = (vertex: Vertex | undefined): boolean => isHeldBy(vertex, orphan);

const isHeldBy = (vertex: Vertex | undefined, finalizer: string): boolean =>
  vertex?.object.metadata.deletionTimestamp !== undefined &&
  (vertex.object.metadata.finalizers ?? []).includes(finalizer);

function link(dependents: Map<string, Set<string>>, owner: string, uid: string): void {
  const known = dependents.get(owner);
  if (known === undefined) dependents.set(owner, new Set([uid]));
  else known.add(uid);
}

function unlink(dependents: Map<string, Set<string>>, owner: string, uid: string): void {
  const known = dependents.get(owner);
  known?.delete(uid);
  if (known?.size === 0) dependents.delete(owner);
}
