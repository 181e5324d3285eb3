import {
  controllerOf,
  deployments,
  isNotFound,
  type Kind,
  type KubeObject,
  type ObjectName,
  type OwnerReference,
  type Pod,
  replicaSets,
  replicationControllers,
  statefulSets,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';

/** How many pods the owners of some pods want together, and which of these have no owner. */
export interface Expectation {
  readonly count: number;
  readonly unmanaged: readonly Pod[];
}

interface Scaled extends KubeObject {
  readonly spec: { readonly replicas?: number };
}

interface Owner {
  readonly uid: string;
  readonly replicas: number;
}

/** Every owner counts once, whatever number of its pods is among them. Throws when one cannot tell its scale. */
export async function gatherExpectation(
  pods: readonly Pod[],
  context: ControllerContext,
): Promise<Expectation> {
  const owners = new Map<string, Owner>();
  const known = new Set<string>();
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (reference === undefined || known.has(reference.uid)) continue;
    known.add(reference.uid);
    const owner = await ownerOf(reference, pod.metadata.namespace, context);
    if (owner === undefined)
      throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`);
    owners.set(owner.uid, owner);
  }
  return {
    count: [...owners.values()].reduce((total, { replicas }) => total + replicas, 0),
    unmanaged: pods.filter((pod) => controllerOf(pod) === undefined),
  };
}

/** The informers in which owners are looked up; ask for them once before. */
export const watchOwners = ({ cache }: Pick<ControllerContext, 'cache'>): void => {
  for (const kind of [deployments, replicaSets, statefulSets, replicationControllers])
    cache.informer<KubeObject>(kind);
};

/** Of a Deployment's pods the Deployment is asked, not its set. */
async function ownerOf(
  reference: OwnerReference,
  namespace: string | undefined,
  context: ControllerContext,
): Promise<Owner | undefined> {
  const find = <T extends Scaled>(kind: Kind<T>, { name, uid }: OwnerReference): T | undefined => {
    const found = context.cache.informer(kind).get({ namespace, name });
    return found?.metadata.uid === uid ? found : undefined;
  };
  switch (`${groupOf(reference)}/${reference.kind}`) {
    case '/ReplicationController':
      return scaleIn(find(replicationControllers, reference));
    case 'apps/StatefulSet':
      return scaleIn(find(statefulSets, reference));
    case 'apps/ReplicaSet': {
      const set = find(replicaSets, reference);
      const above = set && controllerOf(set);
      return scaleIn(above?.kind === 'Deployment' ? find(deployments, above) : set);
    }
    default:
      return askScale(reference, { namespace, name: reference.name }, context);
  }
}

const groupOf = ({ apiVersion }: OwnerReference): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

const scaleIn = (object: Scaled | undefined): Owner | undefined =>
  object === undefined ? undefined : { uid: object.metadata.uid ?? '', replicas: object.spec.replicas ?? 1 };

/** Any other kind is asked by its scale, if it has one. */
async function askScale(
  reference: OwnerReference,
  name: ObjectName,
  { client }: ControllerContext,
): Promise<Owner | undefined> {
  const type = await client.discover(reference);
  if (type === undefined)
    throw new Error(
      `no matches for kind ${JSON.stringify(reference.kind)} in version ${JSON.stringify(reference.apiVersion)}`,
    );
  try {
    const { metadata, spec } = await client.resource(type).scale.get(name);
    return metadata.uid === reference.uid ? { uid: reference.uid, replicas: spec?.replicas ?? 0 } : undefined;
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // The object is not there, or its kind has no scale.
    if ((await client.resource(type).find(name)) === undefined) return undefined;
    const resource = type.group === '' ? type.resource : `${type.resource}.${type.group}`;
    throw new Error(`${resource} does not implement the scale subresource`, { cause: error });
  }
}
