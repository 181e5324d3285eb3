import type { Container, Pod, Volume, VolumeMount } from '@fairlead/kube';
import { chmod, cp, lstat, mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BlockedError } from '../blocked.ts';
import { expand } from '../environment/expand.ts';
import { ensureFolder } from '../image/compose.ts';
import { parseEntryPath } from '../image/entry-path.ts';

/** Pods get it mounted on every cluster; where containers have no mounts of their own there is no place for it. */
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

export interface MountOrder {
  readonly pod: Pod;
  readonly container: Container;
  /** The container's own, for `subPathExpr`. */
  readonly variables: ReadonlyMap<string, string>;
  /** Containers have mounts of their own, at absolute paths. */
  readonly isolated: boolean;
  /** For parts of volumes that the node writes. */
  readonly copies: string;
  /** Makes a volume and says where it is; rejects with `BlockedError`. */
  readonly open: (volume: Volume) => Promise<OpenVolume>;
}

/** A volume that is there. */
export interface OpenVolume {
  readonly source: string;
  readonly readOnly: boolean;
  /** By the node, in a way that its files change all at once. */
  readonly written?: boolean;
}

/** Makes the volumes that a container mounts, and says what goes where. Rejects with `BlockedError`. */
export async function prepareMounts(order: MountOrder): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of order.container.volumeMounts ?? []) {
    if (mount.mountPath === serviceAccountFolder && !order.isolated) continue;
    const volume = order.pod.spec.volumes?.find(({ name }) => name === mount.name);
    if (volume === undefined) throw notMounted(`there is no volume ${mount.name}`);
    mounts.push(await prepareMount(order, mount, volume));
  }
  return mounts;
}

async function prepareMount(order: MountOrder, mount: VolumeMount, volume: Volume): Promise<Mount> {
  const opened = await order.open(volume).catch((error: unknown) => {
    if (!(error instanceof BlockedError)) throw error;
    throw notMounted(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
  });
  const subPath = mount.subPathExpr ? expandAll(order, mount.subPathExpr) : (mount.subPath ?? '');
  const path = parseEntryPath(mount.mountPath.replace(/^\/+/, '')).join('/');
  const readOnly = mount.readOnly === true || opened.readOnly;
  if (subPath === '') return { path, source: opened.source, readOnly };
  if (opened.written) return { path, source: await copyPart(order, opened, subPath), readOnly };
  return { path, source: await insideVolume(opened, subPath), volume: opened.source, readOnly };
}

/** Unlike in commands, a name that is no variable is a mistake. */
function expandAll({ variables }: MountOrder, text: string): string {
  const expanded = expand(text, variables);
  const missing = /\$\(([^)]*)\)/.exec(expand(text, variables))?.[1];
  if (missing === undefined || !text.includes(`$(${missing})`)) return expanded;
  const why = `failed to expand subPath for subPathExpr "${text}": missing value for "${missing}"`;
  throw new BlockedError('CreateContainerConfigError', why);
}

/** A folder or file inside a volume, made when it is missing. The pod wrote the volume: no link of its is followed. */
async function insideVolume({ source }: OpenVolume, subPath: string): Promise<string> {
  const parts = parseEntryPath(subPath);
  const target = join(source, ...parts);
  await ensureFolder(source, parts.slice(0, -1).join('/')).catch((error: Error) => {
    throw notMounted(`the subPath ${subPath} leads through what is no folder: ${error.message}`);
  });
  const found = await lstat(target).catch(() => undefined);
  if (found === undefined) {
    await mkdir(target);
    await chmod(target, 0o777); // As the volume itself: whoever the container runs as.
  } else if (!found.isDirectory() && !found.isFile()) throw notMounted(`the subPath ${subPath} is a link`);
  return target;
}

/** As on every kubelet: it stays as it was when the container started, whatever becomes of the volume's files. */
async function copyPart({ copies }: MountOrder, { source }: OpenVolume, subPath: string): Promise<string> {
  const parts = parseEntryPath(subPath);
  const copy = join(copies, basename(source), ...parts);
  await rm(copy, { recursive: true, force: true });
  await cp(join(source, ...parts), copy, { recursive: true, dereference: true }).catch(() => {
    throw notMounted(`the subPath ${subPath} is not in the volume`);
  });
  return copy;
}

export const notMounted = (why: string): BlockedError => new BlockedError('FailedMount', why);

/** The folders of the root that mounts need to be the container's own. */
export const foldersOf = (mounts: readonly Mount[]): string[] =>
  mounts.map(({ path }) => dirname(path)).filter((folder) => folder !== '.');
