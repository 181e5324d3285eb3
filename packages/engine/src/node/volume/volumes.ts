import type { Container, KeyToPath, Pod, Volume } from '@fairlead/kube';
import { chmod, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlockedError } from '../blocked.ts';
import type { SourceData, Sources } from '../environment/sources.ts';
import { replaceFile } from '../file.ts';
import { ensureFolder } from '../image/compose.ts';
import { parseEntryPath } from '../image/entry-path.ts';

/** Pods get it mounted on every cluster; there is nothing to put there on this node. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A folder or file of the pod, to be seen at a path of the container. */
export interface Mount {
  /** Below the container's root, without a leading slash. */
  readonly path: string;
  readonly source: string;
  /** The volume's folder, when the source is but a part of it, which the pod may have made. */
  readonly volume?: string;
  readonly readOnly?: boolean;
}

export interface VolumesOrder {
  readonly pod: Pod;
  readonly container: Container;
  /** The pod's own folder; its volumes live as long as it does. */
  readonly folder: string;
  readonly sources: Sources;
}

/** Makes the volumes that a container mounts, and says what goes where. Rejects with `BlockedError`. */
export async function prepareMounts(order: VolumesOrder): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const { name, mountPath, subPath = '', readOnly = false } of order.container.volumeMounts ?? []) {
    if (mountPath === serviceAccountFolder) continue;
    const volume = order.pod.spec.volumes?.find((volume) => volume.name === name);
    if (volume === undefined) throw notMounted(`there is no volume ${name}`);
    const folder = join(order.folder, 'volumes', name);
    await prepareVolume(order, volume, folder);
    const source = subPath === '' ? folder : await insideVolume(folder, subPath);
    mounts.push({
      path: parseEntryPath(mountPath.replace(/^\/+/, '')).join('/'),
      source,
      ...(source !== folder && { volume: folder }),
      // Only the node writes what comes from the API.
      readOnly: readOnly || volume.emptyDir === undefined,
    });
  }
  return mounts;
}

async function prepareVolume({ pod, sources }: VolumesOrder, volume: Volume, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Whoever the pod's containers run as.
  if (volume.emptyDir !== undefined) return chmod(folder, 0o777);
  const { secret, configMap } = volume;
  const kind = secret === undefined ? 'configmap' : 'secret';
  const name = secret?.secretName ?? configMap?.name ?? '';
  const { optional = false, items, defaultMode = 0o644 } = secret ?? configMap ?? {};
  const namespace = pod.metadata.namespace ?? 'default';
  const data = (await sources.read({ kind, namespace, name, optional })) ?? new Map<string, Buffer>();
  await project({ folder, data, items: items ?? [...data.keys()].map(asItself), defaultMode, optional });
}

const asItself = (key: string): KeyToPath => ({ key, path: key });

/** Each file changes as a whole; files that are no longer wanted go. */
async function project(projection: {
  readonly folder: string;
  readonly data: SourceData;
  readonly items: readonly KeyToPath[];
  readonly defaultMode: number;
  readonly optional: boolean;
}): Promise<void> {
  const { folder, data, items, defaultMode, optional } = projection;
  const wanted = new Set<string>();
  for (const { key, path, mode } of items) {
    const content = data.get(key);
    if (content === undefined && optional) continue;
    if (content === undefined) throw notMounted(`references non-existent key: ${key}`);
    const parts = parseEntryPath(path);
    await ensureFolder(folder, parts.slice(0, -1).join('/'));
    const file = join(folder, ...parts);
    await replaceFile(file, content);
    await chmod(file, mode ?? defaultMode);
    wanted.add(file);
  }
  await removeOthers(folder, wanted);
}

async function removeOthers(folder: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !wanted.has(path)) await rm(path);
  }
}

/** A folder or file inside a volume, made when it is missing. The pod wrote the volume: no link is followed. */
async function insideVolume(volume: string, subPath: string): Promise<string> {
  const parts = parseEntryPath(subPath);
  const target = join(volume, ...parts);
  await ensureFolder(volume, parts.slice(0, -1).join('/')).catch((error: Error) => {
    throw notMounted(`the subPath ${subPath} leads through what is no folder: ${error.message}`);
  });
  const found = await lstat(target).catch(() => undefined);
  if (found === undefined) await mkdir(target);
  else if (!found.isDirectory() && !found.isFile()) throw notMounted(`the subPath ${subPath} is a link`);
  return target;
}

const notMounted = (why: string): BlockedError => new BlockedError('FailedMount', why);

/** The folders of the root that mounts need to be the container's own. */
export const foldersOf = (mounts: readonly Mount[]): string[] =>
  mounts.map(({ path }) => dirname(path)).filter((folder) => folder !== '.');
