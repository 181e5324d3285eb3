import { type Cache, createRecorder, services } from '@fairlead/kube';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { NodeContext } from './context.ts';
import { joinDrivers } from './drivers.ts';
import { openSources } from './environment/sources.ts';
import { usualLimits } from './log/rotation.ts';
import { machineResources } from './machine/measure.ts';
import { openOciDriver } from './oci/driver.ts';
import { openPorts } from './pod/ports.ts';
import { openProcessDriver } from './process/driver.ts';
import type { NodeOptions } from './start.ts';
import { openObjectWatches } from './volume/object-watches.ts';
import { openTokens } from './volume/tokens.ts';

type Options = NodeOptions & Pick<NodeContext, 'onError'>;

interface Opened {
  readonly cache: Cache;
  readonly images: NodeContext['images'];
  readonly isolation: NodeContext['isolation'];
  readonly runtime: NodeContext['runtime'];
}

/** Brings together what the work on pods is done with. */
export async function openContext(options: Options, { cache, ...opened }: Opened): Promise<NodeContext> {
  const { clock } = options;
  const podsFolder = join(options.dataFolder, 'pods');
  await mkdir(podsFolder, { recursive: true, mode: 0o700 });
  const all = cache.informer(services);
  all.synced.catch(() => {}); // Who waits for it is told.
  const sources = openSources(options.client);
  return {
    ...opened,
    client: cache.client,
    clock,
    nodeName: options.nodeName,
    podsFolder,
    sources,
    services: async () => {
      await all.synced;
      return all.list();
    },
    allocatable: machineResources(),
    logLimits: { ...usualLimits, ...options.logs },
    volumes: openVolumeTools(options, sources),
    driver: joinDrivers({
      process: openProcessDriver({ clock }),
      oci: opened.runtime && openOciDriver({ clock, runtime: opened.runtime }),
    }),
    ports: openPorts(),
    machine: options.environment,
    drain: options.drain,
    onError: options.onError,
    note: openNotes(options),
  };
}

function openVolumeTools(options: Options, sources: NodeContext['sources']): NodeContext['volumes'] {
  const { client, clock, random, dataFolder, hostPaths = [] } = options;
  return {
    client,
    clock,
    sources,
    tokens: openTokens({ client, clock }),
    watches: openObjectWatches({ client, clock, random }),
    hostPaths,
    folder: join(dataFolder, 'volumes'),
  };
}

/** Under the name that a kubelet's events have: people and programs look for it. */
function openNotes({ client, clock, nodeName, onError }: Options): NodeContext['note'] {
  const onLost = (error: unknown) => onError(error, 'an event');
  const recorder = createRecorder({ client, clock, component: 'kubelet', host: nodeName, onLost });
  return (pod, note, container) => void recorder.record(pod, { ...note, ...partOf(container) });
}

/** As a kubelet names what of a pod an event is about. */
const partOf = (container: Parameters<NodeContext['note']>[2]): { readonly fieldPath?: string } => {
  if (container === undefined) return {};
  const { role, spec } = container;
  const list = lists[role] ?? 'initContainers';
  return { fieldPath: `spec.${list}{${spec.name}}` };
};

const lists: Readonly<Record<string, string>> = { main: 'containers', ephemeral: 'ephemeralContainers' };
