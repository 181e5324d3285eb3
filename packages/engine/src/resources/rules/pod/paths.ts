import type { Place } from '../../../schema/place.ts';

/** Below something, and not out of it by `..`. */
export const judgeDescendingPath = (path: string, at: Place): void => {
  if (path.startsWith('/')) at.invalid(path, 'must be a relative path');
  judgeNoBacksteps(path, at);
};

export const judgeNoBacksteps = (path: string, at: Place): void => {
  if (hasBacksteps(path)) at.invalid(path, "must not contain '..'");
};

export const hasBacksteps = (path: string): boolean => path.split('/').includes('..');

/** The same for files that the node writes: it keeps names that begin with two dots for itself. */
export const judgeFilePath = (path: string, at: Place): void => {
  judgeDescendingPath(path, at);
  if (path.startsWith('..') && !hasBacksteps(path)) at.invalid(path, "must not start with '..'");
};

/** Permissions of a file. */
export const judgeMode = (mode: number | undefined, at: Place): void => {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return;
  at.invalid(mode, 'must be a number between 0 and 0777 (octal), both inclusive');
};
