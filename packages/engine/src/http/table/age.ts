/** How long ago, in the short form of `kubectl get`: `5s`, `3m20s`, `2h`, `47h`, `3d4h`, `2y30d`. */
export const age = (since: string | undefined | null, now: number): string => {
  if (since === undefined || since === null) return '<unknown>';
  return duration(now - Date.parse(since));
};

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The longer, the coarser: two units at most, and one where the second says little. */
export const duration = (milliseconds: number): string => {
  const seconds = Math.floor(milliseconds / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(milliseconds / MINUTE);
  if (minutes < 10) return twoUnits(`${minutes}m`, seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(milliseconds / HOUR);
  if (hours < 8) return twoUnits(`${hours}h`, minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (hours < 192) return twoUnits(`${days}d`, hours % 24, 'h');
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.floor(hours / 24 / 365);
  return hours < 24 * 365 * 8 ? twoUnits(`${years}y`, days % 365, 'd') : `${years}y`;
};

const twoUnits = (large: string, small: number, unit: string): string =>
  small === 0 ? large : `${large}${small}${unit}`;
