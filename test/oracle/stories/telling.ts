import {
  type Client,
  type ControllerRevision,
  controllerRevisions,
  type Event,
  events,
  type Kind,
  type KubeObject,
  type ReplicaSet,
  replicaSets,
} from '@fairlead/kube';
import type { Place, Story } from './story.ts';

/** Letters that are made up: what Kubernetes makes names of. */
const made = 'bcdfghjklmnpqrstvwxz2456789';

/** What came of a story, as text without what is made up. */
export async function tell(story: Story, place: Place, sizes: readonly string[]): Promise<string> {
  const names = await knownNames(place);
  const parts = [
    ['sizes', sizes],
    ['events', await tellEvents(place)],
    ['status', (await Promise.all(story.tells.map((kind) => tellStatus(kind, place)))).flat()],
    ['table', (await Promise.all(story.tells.map((kind) => tellTable(kind, place)))).flat()],
  ] as const;
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [title, ...normalise(lines, names, title).map((line) => `  ${line}`)].join('\n'))
    .join('\n');
}

type Names = readonly (readonly [name: string, shown: string])[];

/** Names that end with a hash, by the order of the revisions that they stand for. */
async function knownNames({ client, namespace }: Place): Promise<Names> {
  const sets = (await client.resource(replicaSets).list({ namespace })).items;
  const revisions = (await client.resource(controllerRevisions).list({ namespace })).items;
  const ofSets = [...Map.groupBy(sets, ownerOf).values()].flatMap((same) =>
    same
      .toSorted((a, b) => revisionOf(a) - revisionOf(b))
      .map((set, index) => shownAs(set, `<set ${index + 1}>`)),
  );
  const ofRevisions = [...Map.groupBy(revisions, ownerOf).values()].flatMap((same) =>
    same
      .toSorted((a: ControllerRevision, b: ControllerRevision) => a.revision - b.revision)
      .map((revision, index) => shownAs(revision, `<revision ${index + 1}>`)),
  );
  return [...ofSets, ...ofRevisions];
}

const ownerOf = ({ metadata }: KubeObject): string =>
  metadata.ownerReferences?.[0]?.uid ?? metadata.uid ?? '';

const revisionOf = ({ metadata }: ReplicaSet): number =>
  Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);

function shownAs({ metadata }: KubeObject, shown: string): readonly [string, string] {
  const owner = metadata.ownerReferences?.[0]?.name;
  return [metadata.name, owner === undefined ? metadata.name : `${owner}-${shown}`];
}

async function tellEvents({ client, namespace }: Place): Promise<readonly string[]> {
  const { items } = await client.resource(events).list({ namespace });
  return items.map(
    ({ involvedObject: { kind, name }, type, reason, message }: Event) =>
      `${kind} ${name}: ${type} ${reason} ${message}`,
  );
}

type WithStatus = KubeObject & { readonly status?: Readonly<Record<string, unknown>> };

async function tellStatus(kind: Kind, { client, namespace }: Place): Promise<readonly string[]> {
  const { items } = await client.resource<WithStatus>(kind).list(kind.namespaced ? { namespace } : {});
  return items.map(
    ({ metadata, status }) => `${kind.kind} ${metadata.name}: ${JSON.stringify(sorted(status ?? {}))}`,
  );
}

/** Members by name, conditions by type; without times and versions. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    const all = value.map(sorted);
    const isConditions = all.every((one) => typeof one === 'object' && one !== null && 'type' in one);
    return isConditions ? all.toSorted((a, b) => (typeOf(a) < typeOf(b) ? -1 : 1)) : all;
  }
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value)
    .filter(([key]) => !/(Time|Timestamp|resourceVersion)$/.test(key))
    .map(([key, member]) => [key, sorted(member)] as const);
  return Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const typeOf = (value: unknown): string => (value as { readonly type: string }).type;

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

/** Columns that tell of time. */
const ofTime = new Set(['Age', 'Duration', 'Last Schedule']);

async function tellTable(kind: Kind, { client, namespace }: Place): Promise<readonly string[]> {
  const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const path = kind.namespaced
    ? `${root}/namespaces/${namespace}/${kind.resource}`
    : `${root}/${kind.resource}`;
  const { columnDefinitions, rows } = await table(client, path);
  const told = columnDefinitions.map(({ name, priority }, index) => ({ name, priority, index }));
  const columns = told.filter(({ name, priority }) => priority === 0 && !ofTime.has(name));
  const line = (cells: readonly unknown[]): string =>
    columns.map(({ index }) => String(cells[index])).join(' | ');
  const lines = [columns.map(({ name }) => name).join(' | '), ...rows.map(({ cells }) => line(cells))];
  return lines.map((text) => `${kind.kind}: ${text}`);
}

const table = (client: Client, path: string): Promise<Table> =>
  client.json<Table>({ path, headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } });

/** Events and objects come in no order, and an event that comes again is the same. */
function normalise(lines: readonly string[], names: Names, part: string): readonly string[] {
  const shown = lines.map((line) => withoutMadeUp(line, names));
  if (part === 'sizes') return shown;
  return part === 'events' ? [...new Set(shown)].toSorted() : shown.toSorted();
}

function withoutMadeUp(line: string, names: Names): string {
  const known = names.reduce((text, [name, shown]) => text.replaceAll(name, shown), line);
  return known
    .replaceAll(new RegExp(`-[${made}]{8,10}(?![a-z0-9])`, 'g'), '-<hash>')
    .replaceAll(new RegExp(`-[${made}]{5}(?![a-z0-9])`, 'g'), '-<made up>')
    .replaceAll(/story-\d+/g, '<namespace>')
    .replaceAll(/-\d{8}\b/g, '-<minute>')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, '<address>')
    .replaceAll(/\bto node-\d\b/g, 'to <node>');
}
