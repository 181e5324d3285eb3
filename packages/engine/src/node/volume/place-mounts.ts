import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Bound } from '../sandbox/contract.ts';
import { isWithin } from '../sandbox/view.ts';
import { makeInside } from './inside.ts';
import type { Mount } from './volumes.ts';

/** The mounts of a container in the order of their depth, with a place for each that lies in another. */
export async function placeMounts(mounts: readonly Mount[]): Promise<Bound[]> {
  const bound = mounts.map(boundOf).toSorted((a, b) => depthOf(a) - depthOf(b));
  for (const mount of bound) {
    const holder = bound.findLast((other) => other !== mount && isWithin(mount.target, other.target));
    if (holder !== undefined) await makeIn(holder, mount);
  }
  return bound.map((mount) => {
    const holds = bound.some((other) => other !== mount && isWithin(other.target, mount.target));
    return holds ? { ...mount, holdsOthers: true } : mount;
  });
}

function boundOf({ path, source, volume, readOnly = false }: Mount): Bound {
  const target = `/${path}`;
  if (volume === undefined || volume === source) return { target, source, readOnly };
  return { target, source: volume, below: relative(volume, source), readOnly };
}

const depthOf = ({ target }: Bound): number => target.split('/').length;

async function makeIn(holder: Bound, { target, source, below }: Bound): Promise<void> {
  const inner = relative(holder.target, target).split('/');
  const parts = [...(holder.below?.split('/') ?? []), ...inner];
  const isFolder = (await stat(below === undefined ? source : `${source}/${below}`)).isDirectory();
  await makeInside(holder.source, parts, isFolder ? 'folder' : 'file');
}
