import { constants } from 'node:fs';
import { access, lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isBound, isMerged, type SandboxMount } from './contract.ts';

/** A container's file tree, as it can be looked at from outside. */
export interface View {
  /** Of the container, on the machine. */
  readonly root: string;
  readonly mounts: readonly SandboxMount[];
}

/** As many as the kernel follows (path_resolution(7)). */
const mostLinks = 40;

/**
 * The path without links in it, as the container's processes would find it: links lead within the container, and mounts are
 * entered. What is not there yet stays as it is written. `undefined`: the links have no end.
 */
export async function resolveInside(view: View, path: string): Promise<string | undefined> {
  let left = partsOf(path);
  let at: string[] = [];
  for (let links = 0; links <= mostLinks; ) {
    const [part, ...rest] = left;
    if (part === undefined) return `/${at.join('/')}`;
    left = rest;
    const target = part === '..' ? undefined : await linkAt(view, [...at, part]);
    if (part === '..') at = at.slice(0, -1);
    else if (target === undefined) at = [...at, part];
    else {
      links += 1;
      if (target.startsWith('/')) at = [];
      left = [...partsOf(target), ...left];
    }
  }
  return undefined;
}

/** Where a file of the container is on the machine; `undefined` when it cannot be run. */
export async function findProgram(view: View, path: string): Promise<string | undefined> {
  const resolved = await resolveInside(view, path);
  if (resolved === undefined) return undefined;
  for (const place of placesOf(view, resolved)) {
    const found = await lstat(place).catch(() => undefined);
    if (found === undefined) continue;
    return found.isFile() && (await isExecutable(place)) ? place : undefined;
  }
  return undefined;
}

async function linkAt(view: View, parts: readonly string[]): Promise<string | undefined> {
  for (const place of placesOf(view, `/${parts.join('/')}`)) {
    const found = await lstat(place).catch(() => undefined);
    if (found !== undefined) return found.isSymbolicLink() ? readlink(place) : undefined;
  }
  return undefined;
}

const isExecutable = (place: string): Promise<boolean> =>
  access(place, constants.X_OK).then(
    () => true,
    () => false,
  );

const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');

/** The mount that was made last and holds the path shows there. */
function placesOf({ root, mounts }: View, path: string): string[] {
  const mount = mounts.findLast(({ target }) => isWithin(path, target));
  if (mount === undefined) return [join(root, path)];
  const rest = path.slice(mount.target.length);
  if (isBound(mount)) return [join(mount.source, mount.below ?? '', rest)];
  return isMerged(mount) ? [join(mount.upper, rest), join(mount.lower, rest)] : [];
}

export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
