import type { JsonObject } from '../json.ts';

/** What events.k8s.io/v1 calls otherwise than the core group, in which events are stored. */
const NAMES = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
] as const;

const toCore = new Map<string, string>(NAMES);
const fromCore = new Map<string, string>(NAMES.map(([own, core]) => [core, own]));

const renamed = (object: JsonObject, names: ReadonlyMap<string, string>): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]));

export const eventToStored = (event: JsonObject): JsonObject => renamed(event, toCore);

export const eventFromStored = (event: JsonObject): JsonObject => renamed(event, fromCore);

/** `.regarding.name` is `.involvedObject.name` in what is stored. */
export const eventFieldStored = (path: string): string =>
  path.replace(/^\.(\w+)/, (_, name: string) => `.${toCore.get(name) ?? name}`);
