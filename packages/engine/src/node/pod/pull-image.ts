import type { EventNote } from '@fairlead/kube';
import { BlockedError } from '../blocked.ts';
import type { NodeContext } from '../context.ts';
import { type Credentials, findCredentials } from '../image/credentials.ts';
import { ImageError } from '../image/error.ts';
import type { LocalImage } from '../image/pull.ts';
import type { ImageReference } from '../image/reference.ts';
import { namespaceOf, pullPolicyOf } from './spec.ts';
import type { ContainerWork, PodWork } from './work.ts';

export interface PullRequest {
  readonly node: NodeContext;
  readonly work: PodWork;
  readonly container: ContainerWork;
}

/** The container's image on this node, with a kubelet's words on the way. Rejects with `BlockedError`. */
export async function pullImage({ node, work, container }: PullRequest): Promise<LocalImage> {
  const { image: name = '' } = container.spec;
  const tell = (note: EventNote): void => node.note(work.pod, note, container);
  const begun = node.clock.now();
  let pulls = false;
  const onPull = (): void => {
    pulls = true;
    tell({ type: 'Normal', reason: 'Pulling', message: `Pulling image "${name}"` });
  };
  const credentials = credentialsOf({ node, work });
  const how = { onPull, credentials };
  const pulling = node.images.ensure(name, pullPolicyOf(container.spec), how).catch((error: unknown) => {
    if (!(error instanceof ImageError)) throw error;
    const reason = eventReasons[error.reason] ?? 'Failed';
    const message = `Failed to pull image "${name}": ${error.message}`;
    tell({ type: 'Warning', reason, message });
    throw new BlockedError(error.reason, `${name}: ${error.message}`);
  });
  const image = await unlessAborted(pulling, work.starts.signal);
  const took = renderDuration(node.clock.now() - begun);
  const message = pulls
    ? `Successfully pulled image "${name}" in ${took} (${took} including waiting). Image size: ${image.size} bytes.`
    : `Container image "${name}" already present on machine`;
  tell({ type: 'Normal', reason: 'Pulled', message });
  return image;
}

/** Of the first secret that knows the registry; one that is not there is passed over, as a kubelet does. */
const credentialsOf =
  ({ node, work }: Pick<PullRequest, 'node' | 'work'>) =>
  async (image: ImageReference): Promise<Credentials | undefined> => {
    const namespace = namespaceOf(work.pod);
    for (const { name = '' } of work.pod.spec.imagePullSecrets ?? []) {
      const data = await node.sources.read({ kind: 'secret', namespace, name, optional: true });
      const found = data && findCredentials(data, image);
      if (found !== undefined) return found;
    }
    return undefined;
  };

const eventReasons: Readonly<Record<string, string>> = {
  InvalidImageName: 'InspectFailed',
  ErrImageNeverPull: 'ErrImageNeverPull',
};

/** As Go writes durations: `12ms`, `1.234s`. */
const renderDuration = (ms: number): string => (ms < 1000 ? `${Math.round(ms)}ms` : `${ms / 1000}s`);

/** The pull itself goes on: others may wait for the same image. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop));
}
