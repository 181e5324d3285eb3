import { type Image, images as imageType, labels } from '@fairlead/api';
import { type Cache, type ContainerStatus, kind, type Pod, pods } from '@fairlead/kube';
import { answersOf } from './answers.ts';

const images = kind<Image>(imageType);

export interface BuildLogOptions {
  readonly cache: Cache;
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
  const told = new Set<string>();
  const tellSteps = async (pod: Pod | undefined): Promise<void> => {
    for (const { name } of pod === undefined ? [] : startedSteps(pod)) {
      if (pod === undefined || told.has(name)) continue;
      told.add(name);
      await copyLog(pod, name, options);
    }
  };
  const informer = options.cache.informer(pods, { labelSelector: labels.app });
  const ended = AbortSignal.any([options.over, options.signal]);
  for await (const pod of answersOf(informer, () => findPod(options), ended)) await tellSteps(pod);
  // What started while the last log was copied.
  await tellSteps(findPod(options));
};

/** The pod of the build's Job. One of an earlier try may still be there. */
const findPod = ({ cache, namespace, image }: BuildLogOptions): Pod | undefined => {
  const job = cache.informer(images).get({ namespace, name: image })?.status?.job;
  if (job === undefined) return undefined;
  const labelled = cache.informer(pods, { labelSelector: labels.app }).list(namespace);
  return labelled.find(({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === job);
};

const startedSteps = ({ status }: Pod): ContainerStatus[] =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].filter(
    ({ state }) => state?.running !== undefined || state?.terminated !== undefined,
  );

const copyLog = async (
  { metadata }: Pod,
  container: string,
  { cache, onLine, signal }: BuildLogOptions,
): Promise<void> => {
  if (signal.aborted) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of cache.client.logs(metadata, { container, follow: true, signal })) {
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
