import { readGenerated } from '../../schema/builtin-types.ts';
import { goJson } from '../../schema/field-error.ts';
import { isObject, type JsonObject } from '../../schema/json.ts';
import { unifiedDiff } from '../../schema/unified-diff.ts';

/** One field of one of Kubernetes' own types: as it is printed, its name in the API, what it is, `e` for omitempty. */
type Row = readonly [printed: string, source: string, code: string, flags: string];

let table: Readonly<Record<string, readonly Row[]>> | undefined;

/**
 * A value of the API as Kubernetes' errors print it: in its own types, which have no version, all fields in their
 * order. Keys that are maps' stay as they are.
 *
 * @param type Go's name, `core.PodSpec`
 */
export const printed = (type: string, value: unknown): ReadonlyMap<string, unknown> => {
  table ??= readGenerated('printed-types.json') as Readonly<Record<string, readonly Row[]>>;
  const rows = table[type];
  if (rows === undefined) throw new Error(`no printed type ${type}`);
  const given = moved(type, isObject(value) ? value : {});
  return new Map(
    rows.flatMap(([name, source, code, flags]) => {
      const part = given[source] ?? undefined;
      return part === undefined && flags === 'e' ? [] : [[name, printedPart(code, part)]];
    }),
  );
};

const printedPart = (code: string, part: unknown): unknown => {
  if (code.startsWith('[]'))
    return Array.isArray(part) ? part.map((one) => printed(code.slice(2), one)) : null;
  if (code.startsWith('*')) return part === undefined ? null : printed(code.slice(1), part);
  if (/^[a-z]+\.[A-Z]/.test(code)) return printed(code, part);
  return part ?? (JSON.parse(code) as unknown);
};

/** What a pod shares with its node is among its security there. */
const OF_SECURITY = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const;

const moved = (type: string, value: JsonObject): JsonObject => {
  if (type !== 'core.PodSpec') return value;
  const shared = Object.fromEntries(OF_SECURITY.map((field) => [field, value[field]]));
  const security = isObject(value.securityContext) ? value.securityContext : {};
  return { ...value, securityContext: { ...security, ...shared } };
};

/** How two values differ, in the form that Kubernetes puts into its errors. */
export const printedDiff = (type: string, old: unknown, next: unknown): string =>
  unifiedDiff(goJson(printed(type, old), 1), goJson(printed(type, next), 1));
