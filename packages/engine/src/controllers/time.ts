/** Milliseconds since the epoch of a time in an object; `undefined` for an absent or unreadable one. */
export function instant(time: string | null | undefined): number | undefined {
  if (time === undefined || time === null) return undefined;
  const milliseconds = Date.parse(time);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
