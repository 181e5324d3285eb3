import { labels } from '@fairlead/api';
import type { Cache, Client, ContainerStatus, Informer, Pod } from '@fairlead/kube';
import { pods } from '@fairlead/kube';

export interface BuildLogOptions {
  readonly cache: Cache;
  readonly client: Client;
  readonly namespace: string;
  /** Name of the Image that is built. */
  readonly image: string;
  readonly onLine: (line: string) => void;
  /** Aborted when the build is over: what has been said by then is still copied. */
  readonly over: AbortSignal;
  /** Aborted when nobody listens any more. */
  readonly signal: AbortSignal;
}

/** Follows the output of every step of a build, in the order in which they run. Resolves when the build is over. */
export const followBuildLog = async (options: BuildLogOptions): Promise<void> => {
  const informer = options.cache.informer(pods, { labelSelector: labels.app });
  const told = new Set<string>();
  for await (const pod of changesOf(informer, options)) {
    for (const status of startedSteps(pod)) {
      if (told.has(status.name)) continue;
      told.add(status.name);
      await copyLog(pod, status.name, options);
    }
    if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return;
  }
};

const startedSteps = ({ status }: Pod): ContainerStatus[] =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].filter(
    ({ state }) => state?.running !== undefined || state?.terminated !== undefined,
  );

/** The build's pod as it is now and after each change; the last time when the build is over. */
async function* changesOf(informer: Informer<Pod>, { namespace, image, over }: BuildLogOptions) {
  const find = () =>
    informer.list(namespace).find(({ metadata }) => metadata.labels?.[labels.image] === image);
  let changed = Promise.withResolvers<void>();
  const wake = () => changed.resolve();
  const stop = informer.subscribe(wake);
  over.addEventListener('abort', wake);
  try {
    for (let last = false; !last; ) {
      last = over.aborted;
      const pod = find();
      if (pod !== undefined) yield pod;
      if (!last && !over.aborted) await changed.promise;
      changed = Promise.withResolvers();
    }
  } finally {
    stop();
    over.removeEventListener('abort', wake);
  }
}

const copyLog = async ({ metadata }: Pod, container: string, { client, onLine, signal }: BuildLogOptions) => {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of client.logs(metadata, { container, follow: true, signal })) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    }
  } catch (error) {
    // A log that cannot be had is no reason to give up on the deploy: its outcome comes from the API.
    if (!signal.aborted) onLine(`(the log of ${container} was cut: ${String(error)})`);
  }
  if (rest !== '') onLine(rest);
};
