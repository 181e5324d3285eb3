/** An entry of an archive wants to be where nothing may be written, or is of a kind that is not unpacked. */
export class UnsafeEntryError extends Error {
  override readonly name = 'UnsafeEntryError';
}

const maxPathBytes = 4096;
const maxDepth = 256;

/**
 * The path below the root as its parts, empty for the root itself. A leading `./` is common and
 * harmless; everything that would leave the root is refused, never repaired.
 */
export function parseEntryPath(name: string): readonly string[] {
  if (name.includes('\0')) throw new UnsafeEntryError('a name contains a zero byte');
  if (Buffer.byteLength(name) > maxPathBytes) throw new UnsafeEntryError('a name is too long');
  if (name.startsWith('/')) throw new UnsafeEntryError(`the name ${quoted(name)} is absolute`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new UnsafeEntryError(`the name ${quoted(name)} leaves its root`);
  if (parts.length > maxDepth) throw new UnsafeEntryError(`the name ${quoted(name)} is too deep`);
  return parts;
}

/** Where a symbolic link leads, by its words alone. */
export interface LinkTarget {
  /** The text to put into the link: always relative, so that it means the same in every copy of the root. */
  readonly text: string;
  /** The highest folder that the way to the target passes, as a path below the root. */
  readonly reach: string;
}

/** An absolute target means the image's root. A target that climbs out of the root is refused. */
export function parseLinkTarget(link: readonly string[], target: string): LinkTarget {
  if (target === '' || target.includes('\0')) throw new UnsafeEntryError('a link has no usable target');
  if (Buffer.byteLength(target) > maxPathBytes)
    throw new UnsafeEntryError('the target of a link is too long');
  const folder = link.slice(0, -1);
  if (target.startsWith('/')) {
    const parts = parseEntryPath(target.replace(/^\/+/, ''));
    return { text: [...folder.map(() => '..'), ...parts].join('/') || '.', reach: '' };
  }
  const way = [...folder];
  let reach = way.length;
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') way.push(part);
    else if (way.pop() === undefined) {
      throw new UnsafeEntryError(`the link ${quoted(link.join('/'))} leads out of its root`);
    }
    reach = Math.min(reach, way.length);
  }
  return { text: target, reach: folder.slice(0, reach).join('/') };
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 200));
