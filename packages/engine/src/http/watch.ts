import type { KubeResponse, WatchFrame, WatchSink } from '@fairlead/kube';
import { CompactedError, type StoreEvent } from '../store/contract.ts';
import type { Call } from './api.ts';
import { badRequest, expired, futureVersion } from './errors.ts';
import { collectionPrefix, matcherOf } from './list.ts';
import type { ListOptions } from './query.ts';
import { JSON_HEADERS } from './respond.ts';
import type { Matcher } from './selectors.ts';
import { type FrameMaker, frameMaker, initialEventsEnd } from './watch-frames.ts';

/** A watch that asks for no end gets one after half an hour to an hour, so that clients spread out. */
const DEFAULT_SECONDS = 1800;
const BOOKMARK_MILLISECONDS = 60_000;

/** GET of a collection with `watch`: frames as they come. */
export const watch = (call: Call, options: ListOptions): KubeResponse => {
  const { store } = call.api;
  requireAllowed(options);
  const asked = options.resourceVersion;
  if (asked !== undefined && asked > store.revision) throw futureVersion(asked, store.revision);
  const matches = matcherOf(call, options);
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: { kind: 'watch', open: (sink) => openWatch(call, { options, matches, sink }) },
  };
};

const requireAllowed = ({ initialEvents, match, bookmarks }: ListOptions): void => {
  if (initialEvents && match !== 'NotOlderThan') {
    throw badRequest('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (initialEvents && !bookmarks)
    throw badRequest('sendInitialEvents requires setting allowWatchBookmarks to true');
  if (!initialEvents && match !== '') {
    throw badRequest('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  }
};

interface Opening {
  readonly options: ListOptions;
  readonly matches: Matcher | undefined;
  readonly sink: WatchSink;
}

const openWatch = (call: Call, opening: Opening): void => {
  const { api, request } = call;
  const { sink, options } = opening;
  const frames = frameMaker(call);
  let after: number;
  let closed = false;
  const cleanups: (() => void)[] = [];
  const close = (): void => {
    if (closed) return;
    closed = true;
    for (const cleanup of cleanups) cleanup();
    sink.end();
  };
  if (request.signal?.aborted) return sink.end();
  after = sendBeginning(call, opening, frames);
  try {
    const watching = api.store.watch({
      prefix: collectionPrefix(call),
      after,
      onEvents(events) {
        try {
          deliver(events, opening, frames);
        } catch (error) {
          // One watcher's trouble is not the store's, which is in the middle of telling all of them.
          api.onError(error);
          close();
        }
      },
      onEnd: close,
    });
    cleanups.push(() => watching.close());
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    const { status } = expired(`too old resource version: ${after} (${api.store.compacted})`);
    sink.next([frames.of({ type: 'ERROR', object: status })]);
    return sink.end();
  }
  cleanups.push(endAfter(call, options, close), stopOnAbort(request.signal, close));
  if (options.bookmarks) cleanups.push(sendBookmarks(call, sink, frames));
};

/** The state that the watch starts from, where it is asked for; returns the version after which events follow. */
const sendBeginning = (call: Call, { options, matches, sink }: Opening, frames: FrameMaker): number => {
  const { resourceVersion: asked = 0, initialEvents } = options;
  const wanted = initialEvents || asked === 0;
  if (!wanted) return asked;
  const snapshot = call.api.store.snapshot();
  const objects = snapshot.range(collectionPrefix(call));
  const found = matches === undefined ? objects : objects.filter((stored) => matches(stored.value()));
  const beginning = found.map((stored) => frames.added(stored));
  if (initialEvents) beginning.push(frames.bookmark(snapshot.revision, initialEventsEnd));
  if (beginning.length > 0) sink.next(beginning);
  return snapshot.revision;
};

const deliver = (events: readonly StoreEvent[], { matches, sink }: Opening, frames: FrameMaker): void => {
  const made: WatchFrame[] = [];
  for (const event of events) {
    const type = matches === undefined ? event.type : seenType(event, matches);
    if (type !== undefined) made.push(frames.event(event, type));
  }
  if (made.length > 0) sink.next(made);
};

/** What an event is to those who see only some objects: one that begins to match appears, one that ceases goes. */
const seenType = (event: StoreEvent, matches: Matcher): StoreEvent['type'] | undefined => {
  const before = event.previous !== undefined && matches(event.previous.value());
  if (event.type === 'DELETED') return before ? 'DELETED' : undefined;
  const now = matches(event.object.value());
  if (now) return before ? 'MODIFIED' : 'ADDED';
  return before ? 'DELETED' : undefined;
};

const endAfter = ({ api }: Call, { timeoutSeconds }: ListOptions, close: () => void): (() => void) => {
  const seconds = timeoutSeconds ?? DEFAULT_SECONDS * (1 + api.random());
  return seconds > 0
    ? api.clock.after(seconds * 1000, close)
    : api.clock.after(DEFAULT_SECONDS * 1000, close);
};

const stopOnAbort = (signal: AbortSignal | undefined, close: () => void): (() => void) => {
  signal?.addEventListener('abort', close, { once: true });
  return () => signal?.removeEventListener('abort', close);
};

const sendBookmarks = ({ api }: Call, sink: WatchSink, frames: FrameMaker): (() => void) => {
  let cancel: () => void;
  const again = (): void => {
    // Events are handed over in the tick in which the revision rises: none up to it is still to come.
    cancel = api.clock.after(BOOKMARK_MILLISECONDS, () => {
      sink.next([frames.bookmark(api.store.revision)]);
      again();
    });
  };
  again();
  return () => cancel();
};
