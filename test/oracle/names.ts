import { isRecord, mapTexts } from './document.ts';
import type { Normal } from './normalise.ts';

/** Puts stable names into an answer. */
export type Names = (answer: Normal) => Normal;

const renaming =
  (change: (text: string) => string): Names =>
  (answer) =>
    mapTexts(answer, change) as Normal;

/** Every member of every object in the answers, in order of appearance. */
const visit = (
  value: unknown,
  seen: (key: string, value: unknown, parent: Record<string, unknown>) => void,
) => {
  if (Array.isArray(value)) value.forEach((item) => visit(item, seen));
  if (!isRecord(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    seen(key, inner, value);
    visit(inner, seen);
  }
};

const UID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/** uid1, uid2 … in order of appearance. */
export const uidNames = (answers: readonly Normal[]): Names => {
  const known = new Map<string, string>();
  for (const [uid] of JSON.stringify(answers).matchAll(UID)) {
    if (!known.has(uid)) known.set(uid, `<uid${known.size + 1}>`);
  }
  return renaming((text) => text.replace(UID, (uid) => known.get(uid) ?? uid));
};

/** What `generateName` was completed to. */
export const generatedNames = (answers: readonly Normal[]): Names => {
  const known = new Map<string, string>();
  visit(answers, (key, name, { generateName }) => {
    if (key !== 'name' || typeof name !== 'string' || typeof generateName !== 'string') return;
    if (!name.startsWith(generateName) || known.has(name)) return;
    const length = name.length - generateName.length;
    known.set(name, `${generateName}<generated${known.size + 1}:${length}>`);
  });
  return renaming((text) =>
    [...known].reduce((changed, [name, stable]) => changed.replaceAll(name, stable), text),
  );
};

/** Resource versions by their order: equal ones stay equal, a later one has a higher number. */
export const versionNames = (answers: readonly Normal[]): Names => {
  const found = new Set<string>();
  visit(answers, (key, value) => {
    if (typeof value !== 'string') return;
    if (key === 'resourceVersion' && VERSION.test(value)) found.add(value);
    for (const { revision } of tokensIn(key, value)) found.add(revision);
    for (const [version] of value.matchAll(IN_MESSAGE)) found.add(version);
  });
  const ordered = [...found].sort((a, b) => Number(a) - Number(b));
  const nameOf = (version: string): string => {
    const place = ordered.indexOf(version);
    return place < 0 ? version : `<rv${place + 1}>`;
  };
  return (answer) => replaceVersions(answer, nameOf) as Normal;
};

const VERSION = /^[1-9]\d*$/;
/** The messages that name a version. */
const IN_MESSAGE = new RegExp(
  `(?<=${[
    'resource version: ',
    ', current: ',
    String.raw`resource version: \d+ \(`,
    String.raw`ResourceVersion in (?:the )?(?:precondition|record|object meta)(?:: | \()`,
    // An object inside a message.
    String.raw`resourceVersion\\*":\\*"`,
  ].join('|')})\\d+`,
  'g',
);

const replaceVersions = (value: unknown, nameOf: (version: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => replaceVersions(item, nameOf));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (typeof inner !== 'string') return [key, replaceVersions(inner, nameOf)];
      if (key === 'resourceVersion') return [key, nameOf(inner)];
      const [token] = tokensIn(key, inner);
      if (token !== undefined) return [key, `<continue ${nameOf(token.revision)}>`];
      return [key, inner.replace(IN_MESSAGE, nameOf)];
    }),
  );
};

/** A continue token is opaque to clients, but the state in which it goes on is not: -1 is an inconsistent one. */
const tokensIn = (key: string, value: string): { readonly revision: string }[] => {
  if (key !== 'continue') return [];
  try {
    const { rv } = JSON.parse(Buffer.from(value, 'base64url').toString()) as { readonly rv: number };
    return [{ revision: String(rv) }];
  } catch {
    return [];
  }
};

const AGE = /^\d{1,2}s$/;

/** Ages in the cells of a table: how long ago is a matter of the machine. */
export const withoutAges: Names = (answer) => replaceAges(answer) as Normal;

const replaceAges = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(replaceAges);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'cells' && Array.isArray(inner)
        ? inner.map((cell) => (typeof cell === 'string' && AGE.test(cell) ? '<age>' : cell))
        : replaceAges(inner),
    ]),
  );
};

/** Addresses and node ports that a server gave out. */
export const addressNames = (answers: readonly Normal[], sent: string): Names => {
  const known = new Map<string, string>();
  visit(answers, (key, value) => {
    const given = key === 'clusterIPs' && Array.isArray(value) ? value : [value];
    for (const address of given) {
      const kind = ADDRESSES[key];
      if (kind === undefined || !isGivenOut(address) || sent.includes(String(address))) continue;
      if (!known.has(String(address))) known.set(String(address), `<${kind}${known.size + 1}>`);
    }
  });
  return (answer) => replaceAddresses(answer, known) as Normal;
};

const ADDRESSES: Readonly<Record<string, string>> = {
  clusterIP: 'ip',
  clusterIPs: 'ip',
  nodePort: 'port',
  healthCheckNodePort: 'port',
};

const isGivenOut = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^[0-9a-f.:]*[.:][0-9a-f.:]*$/.test(value));

const replaceAddresses = (value: unknown, known: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map((item) => replaceAddresses(item, known));
  if (typeof value === 'string') return known.get(value) ?? value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key in ADDRESSES && typeof inner === 'number'
        ? [key, known.get(String(inner)) ?? inner]
        : [key, replaceAddresses(inner, known)],
    ),
  );
};
