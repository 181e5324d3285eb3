/** JSON with sorted keys. Nulls and empty lists count as absent, as they do in Go. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = membersOf(value).map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** The same value with its members in order of their names, without what counts as absent. */
export function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(membersOf(value).map(([key, member]) => [key, canonical(member)]));
}

const membersOf = (value: object): [string, unknown][] =>
  Object.entries(value)
    .filter(([, member]) => !isAbsent(member))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));

const isAbsent = (member: unknown): boolean =>
  member === null || member === undefined || (Array.isArray(member) && member.length === 0);
