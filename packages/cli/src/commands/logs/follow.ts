import { isExpired, type Pod, pods } from '@fairlead/kube';
import type { Io } from '../../io.ts';
import { linesOf } from './lines.ts';
import { labelled, type Reading, scopeOf } from './reading.ts';

/** Every copy's lines as they come, those of copies that start later too, until Ctrl-C. */
export const followLogs = async (io: Io, reading: Reading): Promise<void> => {
  const { client } = reading.platform;
  const copies = createCopies(io, reading);
  let tailLines: number | undefined = reading.tailLines;
  while (!io.signal.aborted) {
    const { items, metadata } = await client.resource(pods).list({ ...scopeOf(reading), signal: io.signal });
    for (const pod of items) copies.see(pod, tailLines);
    // What begins from now on is shown from its beginning.
    tailLines = undefined;
    await watchPods(io, reading, {
      since: metadata.resourceVersion,
      see: (pod) => copies.see(pod, undefined),
    });
  }
  await copies.ended();
};

/** Resolves when the watch has ended and must begin anew. */
const watchPods = async (
  { signal }: Io,
  reading: Reading,
  { since, see }: { readonly since: string; readonly see: (pod: Pod) => void },
): Promise<void> => {
  const watch = reading.platform.client
    .resource(pods)
    .watch({ ...scopeOf(reading), resourceVersion: since, signal });
  try {
    for await (const event of watch)
      if (event.type === 'ADDED' || event.type === 'MODIFIED') see(event.object);
  } catch (error) {
    if (!isExpired(error) && !signal.aborted) throw error;
  }
};

/** Copies each run of each container once. */
const createCopies = (io: Io, { platform }: Reading) => {
  const seen = new Set<string>();
  const running = new Set<Promise<void>>();
  const copy = async (pod: Pod, tailLines: number | undefined): Promise<void> => {
    try {
      for await (const line of linesOf(platform.client, pod, { tailLines, follow: true, signal: io.signal }))
        io.out(labelled(pod, line.text));
    } catch (error) {
      io.err(`the log of ${pod.metadata.name} was cut: ${String(error)}\n`);
    }
  };
  return {
    see(pod: Pod, tailLines: number | undefined): void {
      const run = runOf(pod);
      if (run === undefined || seen.has(run)) return;
      seen.add(run);
      const copying = copy(pod, tailLines).finally(() => running.delete(copying));
      running.add(copying);
    },
    ended: async (): Promise<void> => {
      await Promise.all(running);
    },
  };
};

/** Names one run of the pod's container; undefined before it has begun. */
const runOf = ({ metadata, status }: Pod): string | undefined => {
  const [container] = status?.containerStatuses ?? [];
  const { running, terminated } = container?.state ?? {};
  if (running === undefined && terminated === undefined) return undefined;
  return `${metadata.uid ?? metadata.name}/${container?.restartCount ?? 0}`;
};
