import { ApiError } from '../error.ts';
import type { KubeObject, ResourceType, WatchEvent } from '../object.ts';
import type { WatchFrame, WatchSink } from '../transport.ts';
import type { RawRequest, Resource, WatchOptions } from './contract.ts';
import { collectionPath, scopeQuery } from './path.ts';
import type { Requester } from './request.ts';

/** Opens a watch and pours it into the sink. */
export const createFollow =
  (requester: Requester, type: ResourceType) =>
  async (options: WatchOptions, sink: WatchSink): Promise<void> => {
    const { body } = await requester.request(watchRequest(type, options));
    if (body.kind !== 'watch') {
      throw new TypeError(`the watch of ${type.resource} was answered with the body of a ${body.kind}`);
    }
    body.open(sink);
  };

const watchRequest = (type: ResourceType, options: WatchOptions): RawRequest => ({
  path: collectionPath(type, options.namespace),
  query: {
    watch: true,
    ...scopeQuery(options),
    resourceVersion: options.resourceVersion,
    allowWatchBookmarks: options.allowWatchBookmarks,
    sendInitialEvents: options.sendInitialEvents,
    resourceVersionMatch: options.sendInitialEvents ? 'NotOlderThan' : undefined,
    timeoutSeconds: options.timeoutSeconds,
  },
  signal: options.signal,
});

/** A pushed watch as an iteration. Leaving the loop ends the request. */
export async function* watchEvents<T extends KubeObject>(
  follow: Resource<T>['follow'],
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>, void> {
  const left = new AbortController();
  const signal = AbortSignal.any(options.signal ? [options.signal, left.signal] : [left.signal]);
  const inbox = createInbox();
  signal.addEventListener('abort', () => inbox.end(), { once: true });
  try {
    await follow({ ...options, signal }, inbox);
    for (;;) {
      const frames = await inbox.take();
      if (frames.length === 0) return;
      for (const frame of frames) yield eventOf<T>(frame);
    }
  } finally {
    left.abort();
  }
}

/** Keeps what a watch delivers until it is taken. */
function createInbox(): WatchSink & { take(): Promise<readonly WatchFrame[]> } {
  let waiting: WatchFrame[] = [];
  let ended: { readonly error: Error | undefined } | undefined;
  let news = Promise.withResolvers<void>();
  return {
    next(frames) {
      waiting.push(...frames);
      news.resolve();
    },
    end(error) {
      ended ??= { error };
      news.resolve();
    },
    /** Nothing: the watch is over. */
    async take() {
      if (waiting.length === 0 && ended === undefined) await news.promise;
      const frames = waiting;
      waiting = [];
      news = Promise.withResolvers<void>();
      if (frames.length === 0 && ended?.error !== undefined) throw ended.error;
      return frames;
    },
  };
}

function eventOf<T extends KubeObject>(frame: WatchFrame): WatchEvent<T> {
  if (frame.value.type === 'ERROR') throw new ApiError(frame.value.object);
  return frame.value as WatchEvent<T>;
}
