import { FairleadError } from '@fairlead/api/errors';

const longestPath = 1024;
const longestPart = 255;

export const unsafe = (path: string, reason: string): FairleadError =>
  new FairleadError('E_SOURCE_UNSAFE', { path: JSON.stringify(path.slice(0, 200)), reason });

/**
 * The path as it is kept: relative, forward slashes, without `.` and empty parts; '' is the root itself. What would
 * leave the root is refused, never repaired.
 */
export const parsePath = (name: string): string => {
  if (name.includes('\0')) throw unsafe(name, 'the name holds a zero byte');
  if (name.startsWith('/')) throw unsafe(name, 'the path is absolute');
  if (Buffer.byteLength(name) > longestPath)
    throw unsafe(name, `the path is longer than ${longestPath} bytes`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw unsafe(name, 'the path leaves the source');
  if (parts.some((part) => Buffer.byteLength(part) > longestPart)) throw unsafe(name, 'a name is too long');
  return parts.join('/');
};

/**
 * Refuses a link that leads outside. `..` may stand only at the beginning: behind the name of another link it would
 * climb from that link's target, which is not where the words say.
 */
export const checkLink = (path: string, target: string): void => {
  if (target === '' || target.includes('\0')) throw unsafe(path, 'the link has no target');
  if (target.startsWith('/')) throw unsafe(path, 'the link leads to an absolute path');
  if (Buffer.byteLength(target) > longestPath) throw unsafe(path, 'the target of the link is too long');
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const climbs = parts.findIndex((part) => part !== '..');
  const up = climbs === -1 ? parts.length : climbs;
  if (parts.slice(up).includes('..')) throw unsafe(path, 'the target of the link goes down and up again');
  if (up > path.split('/').length - 1) throw unsafe(path, 'the link leads out of the source');
};
