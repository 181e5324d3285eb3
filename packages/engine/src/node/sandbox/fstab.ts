import { join } from 'node:path';
import { type Bound, isBound, isMerged, type SandboxMount } from './contract.ts';

/** What the lines of one container are made of. */
export interface FstabOrder {
  /** Of the container, on the machine. */
  readonly root: string;
  /** A folder for what is mounted on the way; see `stagesOf`. */
  readonly stage: string;
  readonly mounts: readonly SandboxMount[];
}

/**
 * The mounts of a container as a table for `mount --all --fstab` (fstab(5)): one program makes them all, in order. Names
 * in it come from strangers, and cannot leave their field.
 */
export const renderFstab = ({ root, stage, mounts }: FstabOrder): string =>
  mounts.flatMap((mount, at) => linesOf(mount, { root, stage: join(stage, String(at)) })).join('');

/** The mounts that need a folder in between, by their place in the list. */
export const stagesOf = (mounts: readonly SandboxMount[]): number[] =>
  mounts.flatMap((mount, at) => (isBound(mount) && mount.below !== undefined ? [at] : []));

function linesOf(mount: SandboxMount, { root, stage }: Omit<FstabOrder, 'mounts'>): string[] {
  const target = join(root, mount.target);
  if (isMerged(mount)) {
    const options = `ro,lowerdir=${escapeField(mount.upper)}:${escapeField(mount.lower)}`;
    return [line('overlay', target, { type: 'overlay', options })];
  }
  if (!isBound(mount)) return [line(mount.type, target, { type: mount.type, options: mount.options })];
  const { source, readOnly = false, below, holdsOthers = false } = mount;
  const options = ['bind', ...(readOnly ? ['ro'] : []), ...(holdsOthers ? ['nosymfollow'] : [])].join(',');
  if (below === undefined) return [line(source, target, { type: 'none', options })];
  // Between a look at the path and its use the pod could put a link there, to any place of the machine.
  return [stageLine(source, stage), line(join(stage, below), target, { type: 'none', options })];
}

/** Only what is mounted on the way, each in its folder. */
export const renderStages = (mounts: readonly Bound[], stage: (at: number) => string): string =>
  stagesOf(mounts)
    .map((at) => stageLine(mounts[at]?.source ?? '', stage(at)))
    .join('');

const stageLine = (source: string, stage: string): string =>
  line(source, stage, { type: 'none', options: 'bind,nosymfollow' });

const line = (
  what: string,
  target: string,
  { type, options }: { readonly type: string; readonly options: string },
): string => `${escapeField(what)} ${escapeField(target)} ${type} ${options} 0 0\n`;

/** Whether a path can stand among the options of a mount, where these signs divide. */
export const fitsOptions = (path: string): boolean => !/[,:\\"]/.test(path);

/** Blanks would end a field, a number sign at its head the line (fstab(5): octal, as in `\040`). */
export const escapeField = (text: string): string =>
  text.replace(/[\s\\#"']/g, (sign) =>
    [...Buffer.from(sign)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
