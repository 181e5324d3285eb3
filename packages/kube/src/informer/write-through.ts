import type { Client, DeleteOptions, Resource, WriteOptions } from '../client/contract.ts';
import type { Kind } from '../kinds/kind.ts';
import type { ObjectName } from '../name.ts';
import type { KubeObject, Status } from '../object.ts';
import type { FedInformer } from './informer.ts';

/**
 * The client, with every object that it writes put into the informers of its kind at once. A loop that
 * reads its informers therefore never acts twice for want of news of its own last pass.
 */
export function writeThrough(
  client: Client,
  informersOf: (kind: Kind) => readonly FedInformer<KubeObject>[],
): Client {
  return {
    ...client,
    resource: <T extends KubeObject>(kind: Kind<T>): Resource<T> =>
      // The informers hold objects of this very kind.
      tellOfWrites(client.resource(kind), () => informersOf(kind) as unknown as readonly FedInformer<T>[]),
  };
}

function tellOfWrites<T extends KubeObject>(
  resource: Resource<T>,
  informers: () => readonly FedInformer<T>[],
): Resource<T> {
  const wrote = async (write: Promise<T>, options?: WriteOptions): Promise<T> => {
    const object = await write;
    if (!options?.dryRun) for (const informer of informers()) informer.wrote(object);
    return object;
  };
  const removed = async (name: ObjectName, options?: DeleteOptions): Promise<T | Status> => {
    const answer = await resource.delete(name, options);
    if (options?.dryRun) return answer;
    const gone = uidOfRemoved(answer);
    for (const informer of informers()) {
      if (gone === undefined) informer.wrote(answer as T);
      else informer.removed(name, gone.uid);
    }
    return answer;
  };
  const { status } = resource;
  return {
    ...resource,
    create: (object, options) => wrote(resource.create(object, options), options),
    replace: (object, options) => wrote(resource.replace(object, options), options),
    patch: (name, patch, options) => wrote(resource.patch(name, patch, options), options),
    apply: (object, options) => wrote(resource.apply(object, options), options),
    delete: removed,
    status: {
      replace: (object, options) => wrote(status.replace(object, options), options),
      patch: (name, patch, options) => wrote(status.patch(name, patch, options), options),
      apply: (object, options) => wrote(status.apply(object, options), options),
    },
  };
}

/** `undefined` while the object lives on, held by finalizers or its grace period. */
function uidOfRemoved(answer: KubeObject | Status): { readonly uid: string | undefined } | undefined {
  if (answer.kind === 'Status') return { uid: (answer as Status).details?.uid };
  const { finalizers = [], deletionGracePeriodSeconds = 0, uid } = (answer as KubeObject).metadata;
  return finalizers.length > 0 || deletionGracePeriodSeconds > 0 ? undefined : { uid };
}
