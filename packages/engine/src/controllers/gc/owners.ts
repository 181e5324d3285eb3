import {
  apiVersionOf,
  type Client,
  isNotFound,
  kind,
  type KubeObject,
  type OwnerReference,
} from '@fairlead/kube';
import type { ServedType } from '../inventory/discover.ts';
import type { Standing } from './decide.ts';
import { type Graph, type Vertex, waits } from './graph.ts';

/** Nobody knows the kind that an owner is said to be of; whether the owner exists cannot be told. */
export class UnknownKindError extends Error {
  override readonly name = 'UnknownKindError';
}

/** How an owner stands. Before it is taken for absent the API is asked: the graph may be behind. */
export async function standingOf(
  reference: OwnerReference,
  dependent: Vertex,
  world: { readonly graph: Graph; readonly client: Client; readonly types: readonly ServedType[] },
): Promise<Standing> {
  const known = world.graph.get(reference.uid);
  if (known !== undefined && isMeant(reference, dependent, known)) return waits(known) ? 'waiting' : 'solid';
  const type = typeOf(reference, world.types);
  if (type === undefined)
    throw new UnknownKindError(`no kind ${reference.kind} in ${reference.apiVersion} is served`);
  const namespace = dependent.object.metadata.namespace;
  // A cluster-wide object cannot belong to one in a namespace: which would it be? It is left alone.
  if (type.namespaced && namespace === undefined) return 'solid';
  const name = type.namespaced ? { namespace, name: reference.name } : { name: reference.name };
  const found = await findLive(world.client, type, name);
  if (found?.metadata.uid !== reference.uid) return 'absent';
  return waits({ type, object: found }) ? 'waiting' : 'solid';
}

/** The uid alone is not enough: a reference from another namespace, or by another name, does not hold. */
function isMeant(reference: OwnerReference, { object }: Vertex, owner: Vertex): boolean {
  const { name, namespace } = owner.object.metadata;
  return (
    reference.kind === owner.type.kind &&
    groupOf(reference.apiVersion) === owner.type.group &&
    reference.name === name &&
    (!owner.type.namespaced || namespace === object.metadata.namespace)
  );
}

const typeOf = (reference: OwnerReference, types: readonly ServedType[]): ServedType | undefined => {
  const alike = types.filter(
    (type) => type.kind === reference.kind && type.group === groupOf(reference.apiVersion),
  );
  return alike.find((type) => apiVersionOf(type) === reference.apiVersion) ?? alike[0];
};

const groupOf = (apiVersion: string): string => apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));

async function findLive(
  client: Client,
  type: ServedType,
  name: { readonly namespace?: string | undefined; readonly name: string },
): Promise<KubeObject | undefined> {
  try {
    return await client.resource(kind(type)).get(name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
