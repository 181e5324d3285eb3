import { type App, apps as appType, outcomeOf, progressOf } from '@fairlead/api';
import { type Cache, kind, type ObjectName } from '@fairlead/kube';
import { answersOf } from './answers.ts';
import { followBuildLog } from './build-log.ts';
import { openChannel } from './channel.ts';
import type { ProgressEnd, ProgressEvent } from './event.ts';

const apps = kind<App>(appType);

export interface FollowOptions {
  readonly cache: Cache;
  readonly name: Required<ObjectName>;
  /** Follow what comes of this generation of the App, which the cache must have seen. */
  readonly generation: number;
  /** Number of the newest release before the change. */
  readonly before: number;
  readonly signal: AbortSignal;
}

/** Tells what becomes of one change of an App, until it runs or has failed. The last event is the end. */
export async function* followDeploy(options: FollowOptions): AsyncGenerator<ProgressEvent> {
  const channel = openChannel<ProgressEvent>();
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const work = tell({ ...options, signal }, channel.send)
    .catch((error: unknown) => ended(error instanceof Error ? error.message : String(error)))
    .then(channel.send)
    .finally(channel.close);
  try {
    yield* channel;
  } finally {
    left.abort();
    await work;
  }
}

type Send = (event: ProgressEvent) => void;

const tell = async (options: FollowOptions, send: Send): Promise<ProgressEnd> => {
  const informer = options.cache.informer(apps);
  const build = new BuildTeller(options, send);
  let said: string | undefined;
  for await (const app of answersOf(informer, () => informer.get(options.name), options.signal)) {
    if (app === undefined || app.metadata.deletionTimestamp !== undefined)
      return ended(`${options.name.name} was destroyed meanwhile`);
    if ((app.status?.observedGeneration ?? 0) < options.generation) continue;
    const image = app.status?.phase === 'Building' ? app.status.building : undefined;
    // What a build printed comes before what followed from it.
    await build.endUnless(image);
    const outcome = outcomeOf(app, options);
    if (outcome !== undefined) return { type: 'end', ...outcome };
    const text = progressOf(app);
    if (text !== undefined && text !== said) send({ type: 'phase', text });
    said = text;
    build.begin(image);
  }
  return ended('nobody watches any more; the deploy goes on');
};

const ended = (text: string): ProgressEnd => ({ type: 'end', ok: false, text });

/** Milliseconds that the output of a build is still waited for when the build is over: its last step may be ending. */
const lastWords = 2_000;

/** Tells the output of builds, one at a time. */
class BuildTeller {
  readonly #options: FollowOptions;
  readonly #send: Send;
  #build: { readonly image: string; readonly end: () => Promise<void> } | undefined;

  constructor(options: FollowOptions, send: Send) {
    this.#options = options;
    this.#send = send;
  }

  /** Resolves when all that a build other than this one printed has been told. */
  async endUnless(image: string | undefined): Promise<void> {
    if (this.#build === undefined || this.#build.image === image) return;
    await this.#build.end();
    this.#build = undefined;
  }

  begin(image: string | undefined): void {
    if (image === undefined || this.#build !== undefined) return;
    const { cache, name, signal } = this.#options;
    const over = new AbortController();
    const cut = new AbortController();
    const copied = followBuildLog({
      cache,
      namespace: name.namespace,
      image,
      onLine: (text) => this.#send({ type: 'log', text }),
      over: over.signal,
      signal: AbortSignal.any([signal, cut.signal]),
    });
    const end = async (): Promise<void> => {
      over.abort();
      const cancel = cache.clock.after(lastWords, () => cut.abort());
      await copied;
      cancel();
    };
    this.#build = { image, end };
  }
}
