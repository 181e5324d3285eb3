import { type App, apps as appType, outcomeOf, progressOf } from '@fairlead/api';
import { type Cache, type Client, kind, type ObjectName } from '@fairlead/kube';
import { followBuildLog } from './build-log.ts';
import { openChannel } from './channel.ts';
import type { ProgressEnd, ProgressEvent } from './event.ts';

const apps = kind<App>(appType);

export interface FollowOptions {
  readonly cache: Cache;
  readonly client: Client;
  readonly name: Required<ObjectName>;
  /** Follow what comes of this generation of the App. */
  readonly generation: number;
  /** Number of the newest release before the change. */
  readonly before: number;
  readonly signal: AbortSignal;
}

/** Tells what becomes of one change of an App, until it runs or has failed. */
export async function* followDeploy(options: FollowOptions): AsyncGenerator<ProgressEvent> {
  const channel = openChannel<ProgressEvent>();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const work = tell({ ...options, signal }, channel.send).catch((error: unknown) =>
    channel.send({ type: 'end', ok: false, text: error instanceof Error ? error.message : String(error) }),
  );
  const closed = work.finally(channel.close);
  try {
    yield* channel;
  } finally {
    stop.abort();
    await closed;
  }
}

const tell = async (options: FollowOptions, send: (event: ProgressEvent) => void): Promise<void> => {
  const said = new Set<string>();
  const phase = (text: string): void => {
    if (said.has(text)) return;
    said.add(text);
    send({ type: 'phase', text });
  };
  const over = new AbortController();
  let build = Promise.resolve();
  const ending = await appState(options, (app) => {
    const text = progressOf(app);
    if (text === undefined || said.has(text)) return;
    phase(text);
    const image = buildingImage(app);
    if (image === undefined) return;
    build = followBuildLog({
      cache: options.cache,
      client: options.client,
      namespace: options.name.namespace,
      image,
      onLine: (line) => send({ type: 'log', text: line }),
      over: over.signal,
      signal: options.signal,
    });
  });
  over.abort();
  await Promise.race([build, aborted(options.signal)]);
  send(ending);
};

/** Calls back for every state of the App on the way; resolves with the end. */
const appState = (options: FollowOptions, onState: (app: App) => void) =>
  new Promise<ProgressEnd>((resolve) => {
    const { cache, name, generation, signal } = options;
    const informer = cache.informer(apps);
    let settled = false;
    let unsubscribe = (): void => {};
    const look = (): void => {
      if (settled) return;
      const app = informer.get(name);
      if (app !== undefined && (app.status?.observedGeneration ?? 0) < generation) return;
      const end = app === undefined ? gone(name) : endOf(app, options);
      if (end === undefined && app !== undefined) onState(app);
      if (end !== undefined) finish(end);
    };
    const giveUp = (): void =>
      finish({ type: 'end', ok: false, text: 'nobody watches any more; the deploy goes on' });
    const finish = (end: ProgressEnd): void => {
      settled = true;
      unsubscribe();
      signal.removeEventListener('abort', giveUp);
      resolve(end);
    };
    // Tells at once of what is there, so the end may come before there is anything to unsubscribe.
    unsubscribe = informer.subscribe(({ before: was, after }) => {
      const metadata = (after ?? was)?.metadata;
      if (metadata?.name === name.name && metadata.namespace === name.namespace) look();
    });
    if (settled) unsubscribe();
    else signal.addEventListener('abort', giveUp);
    look();
  });

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

const gone = ({ name }: ObjectName): ProgressEnd => ({
  type: 'end',
  ok: false,
  text: `${name} was destroyed meanwhile`,
});

/** Name of the Image that is being built. */
const buildingImage = (app: App): string | undefined =>
  app.status?.phase === 'Building' ? app.status.building : undefined;

const endOf = (app: App, options: FollowOptions): ProgressEnd | undefined => {
  const outcome = outcomeOf(app, options);
  return outcome === undefined ? undefined : { type: 'end', ...outcome };
};
