import { setImmediate } from 'node:timers/promises';
import type { Random } from '@fairlead/kube';
import type { FrontDoor, Watching } from '../../../packages/engine/src/testing/front-door.ts';
import type { Expectation, Got, Happening, Recorder, Seen, SeenEvent } from './history.ts';

export const namespaces = ['default', 'other'] as const;
const names = ['a', 'b', 'c', 'd'];

/** What all clients of one life of a server share. */
export interface Scene {
  readonly door: FrontDoor;
  readonly recorder: Recorder;
  readonly random: Random;
  readonly compact: (upTo: number) => Promise<void>;
  readonly watches: OpenWatch[];
  /** By namespace: up to where somebody has watched it without a gap. */
  readonly witnessed: Map<string, () => number>;
}

/** A watch with what is to be written down of it. */
interface OpenWatch {
  readonly happening: Happening;
  readonly watching: Watching;
  /** The server has ended it. */
  isOver: boolean;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the body of an answer
type Body = any;

/** Lets others come first, for a moment of random length. */
export async function pause(random: Random, longest = 4): Promise<void> {
  for (let turns = Math.floor(random() * longest); turns > 0; turns -= 1) await setImmediate();
}

/** Does one thing after another, each chosen by chance, until it has done `count` or the server is gone. */
export async function actAsClient(scene: Scene, count: number): Promise<void> {
  const { random, recorder } = scene;
  for (let done = 0; done < count && !recorder.deaf; done += 1) {
    await pick(random, acts)(scene);
    await pause(random);
  }
}

type Act = (scene: Scene) => Promise<unknown>;

const pick = <T>(random: Random, all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
const someKey = ({ random }: Scene): string => `${pick(random, namespaces)}/${pick(random, names)}`;

export const pathOf = (key: string): string => {
  const [namespace, name] = key.split('/') as [string, string];
  return `/api/v1/namespaces/${namespace}/configmaps/${name}`;
};
const collectionOf = (namespace: string): string => `/api/v1/namespaces/${namespace}/configmaps`;

const create: Act = (scene) => put(scene, someKey(scene), 'absent');

const overwrite: Act = (scene) => put(scene, someKey(scene), 'present');

/** Reads and writes back; others may have been faster. */
const update: Act = async (scene) => {
  const key = someKey(scene);
  const found = await get(scene, key);
  await pause(scene.random);
  if (found) await put(scene, key, found.revision);
};

const remove: Act = async (scene) => {
  const key = someKey(scene);
  const found = scene.random() < 0.5 ? await get(scene, key) : undefined;
  await pause(scene.random);
  const expects = found?.revision ?? 'present';
  const happening = scene.recorder.begin({ to: 'delete', key, expects });
  const preconditions = { resourceVersion: String(expects) };
  const body = found && { apiVersion: 'v1', kind: 'DeleteOptions', preconditions };
  const { status } = await scene.door.delete(pathOf(key), body);
  if (isKnown(status)) scene.recorder.end(happening, { status });
};

const read: Act = (scene) => get(scene, someKey(scene));

const listNewest: Act = async (scene) => {
  const namespace = pick(scene.random, namespaces);
  const happening = scene.recorder.begin({ to: 'list', namespace });
  scene.recorder.end(happening, await list(scene, namespace, ''));
};

const listInPages: Act = async (scene) => {
  const namespace = pick(scene.random, namespaces);
  const happening = scene.recorder.begin({ to: 'list', namespace });
  const first = await list(scene, namespace, '&limit=1');
  let got: Page = first;
  while (got.next) {
    await pause(scene.random);
    const page = await list(scene, namespace, `&limit=1&continue=${got.next}`);
    const { next, ...rest } = page;
    got = { ...rest, objects: [...got.objects, ...page.objects], ...(next && { next }) };
  }
  scene.recorder.end(happening, { ...got, revision: first.revision });
};

const listNotOlder: Act = async (scene) => {
  const namespace = pick(scene.random, namespaces);
  const notOlderThan = scene.recorder.newest;
  const happening = scene.recorder.begin({ to: 'list', namespace, notOlderThan });
  const query = `&resourceVersion=${notOlderThan}&resourceVersionMatch=NotOlderThan`;
  scene.recorder.end(happening, await list(scene, namespace, query));
};

const listExactly: Act = async (scene) => {
  const namespace = pick(scene.random, namespaces);
  const exactly = scene.recorder.newest;
  const happening = scene.recorder.begin({ to: 'list', namespace, exactly });
  const query = `&resourceVersion=${exactly}&resourceVersionMatch=Exact`;
  scene.recorder.end(happening, await list(scene, namespace, query));
};

const compact: Act = async (scene) => {
  const recent = Math.max(1, scene.recorder.newest - Math.floor(scene.random() * 30));
  // Who keeps watching can come back after a fault: else nobody would know of a deletion meanwhile.
  const upTo = Math.min(recent, ...[...scene.witnessed.values()].map((seen) => seen()));
  const happening = scene.recorder.begin({ to: 'compact', upTo });
  const status = await scene.compact(upTo).then(
    () => 200,
    () => 500,
  );
  if (isKnown(status)) scene.recorder.end(happening, { status });
};

const watchSomething: Act = (scene) => {
  const back = Math.floor(scene.random() * 40);
  return openWatch(scene, pick(scene.random, namespaces), Math.max(1, scene.recorder.newest - back));
};

/** What is there more than once is done more often. */
const acts: readonly Act[] = [
  [create, create, overwrite, update, update, remove, remove],
  [read, read, listNewest, listInPages, listNotOlder, listExactly],
  [compact, watchSomething, watchSomething],
].flat();

/** Of what fails nobody knows whether it was done. */
const isKnown = (status: number): boolean => status < 500;

/** Watches a namespace, again and again when the server ends that, for as long as it lives. */
export async function keepWatching(scene: Scene, namespace: string, after: number): Promise<void> {
  scene.witnessed.set(namespace, () => after);
  const watching = await openWatch(scene, namespace, after);
  if (!watching) return;
  const seen = (): number => Math.max(after, ...eventsOf(watching).map(({ revision }) => revision));
  scene.witnessed.set(namespace, seen);
  void watching.ended.then(() => (scene.recorder.deaf ? undefined : keepWatching(scene, namespace, seen())));
}

/** Opens a watch, which stays until the end of the server's life or a fault of its disk. */
export async function openWatch(
  scene: Scene,
  namespace: string,
  after: number,
): Promise<Watching | undefined> {
  const { recorder, door, watches } = scene;
  const happening = recorder.begin({ to: 'watch', namespace, after });
  const watching = await door.watch(`${collectionOf(namespace)}?watch=true&resourceVersion=${after}`);
  const [first] = watching.events;
  if (first?.type === 'ERROR') {
    recorder.end(happening, { status: Number(first.object.code) });
    return undefined;
  }
  const open = { happening, watching, isOver: false };
  watches.push(open);
  void watching.ended.finally(() => {
    open.isOver = true;
  });
  return watching;
}

export const eventsOf = ({ events }: Watching): SeenEvent[] =>
  events.map(({ type, object }) => ({ type: type as SeenEvent['type'], ...seenOf(object) }));

export async function put(scene: Scene, key: string, expects: Expectation): Promise<number> {
  const { recorder, door, random } = scene;
  const text = String(random());
  const happening = recorder.begin({ to: 'put', key, text, expects });
  const [namespace = '', name = ''] = key.split('/');
  const metadata = {
    name,
    namespace,
    ...(typeof expects === 'number' && { resourceVersion: String(expects) }),
  };
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { text } };
  const creates = expects === 'absent';
  const answer = creates ? await door.post(collectionOf(namespace), body) : await door.put(pathOf(key), body);
  const written = answer.status < 300;
  const revision = written ? seenOf(answer.body).revision : 0;
  if (isKnown(answer.status)) {
    recorder.end(happening, { status: answer.status, ...(written && { revision }) });
  }
  return revision;
}

async function get({ recorder, door }: Scene, key: string): Promise<Seen | undefined> {
  const happening = recorder.begin({ to: 'get', key });
  const { status, body } = await door.get(pathOf(key));
  const found = status === 200 ? seenOf(body) : undefined;
  recorder.end(happening, { status, objects: found ? [found] : [] });
  return found;
}

interface Page extends Got {
  readonly revision: number;
  readonly objects: readonly Seen[];
  readonly next?: string;
}

async function list({ door }: Scene, namespace: string, query: string): Promise<Page> {
  const { status, body } = await door.get(`${collectionOf(namespace)}?${query.slice(1)}`);
  if (status !== 200) return { status, revision: 0, objects: [] };
  const { resourceVersion, continue: next } = body.metadata;
  const objects = (body.items as Body[]).map(seenOf);
  return { status, revision: Number(resourceVersion), objects, ...(next && { next }) };
}

const seenOf = ({ metadata, data }: Body): Seen => ({
  key: `${metadata.namespace}/${metadata.name}`,
  revision: Number(metadata.resourceVersion),
  text: data.text,
});
