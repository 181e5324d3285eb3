import type { KubeResponse, WatchFrame, WatchSink } from '@fairlead/kube';
import { CompactedError, type StoreEvent } from '../store/contract.ts';
import { requireStream } from './accept.ts';
import type { Call } from './api.ts';
import { type ApiError, expired, failure, futureVersion } from './errors.ts';
import { unknownFailure } from './get.ts';
import { collectionPrefix } from './list.ts';
import { type ListOptions, parseVersion } from './list-options.ts';
import { JSON_HEADERS } from './respond.ts';
import { compileMatcher, type Matcher } from './selectors/match.ts';
import { parseInclude } from './table/render.ts';
import { type FrameMaker, frameMaker, initialEventsEnd } from './watch-frames.ts';

/** A watch that asks for no end gets one after half an hour to an hour, so that clients spread out. */
const DEFAULT_SECONDS = 1800;
/** Longer than any connection lives, and what a timer can hold. */
const LONGEST_SECONDS = 2_000_000;
const BOOKMARK_MILLISECONDS = 60_000;
/** A client whose watch is about to end gets the newest version to come back with. */
const LAST_BOOKMARK_MILLISECONDS = 2000;

/** GET of a collection with `watch`: frames as they come. */
export const watch = (call: Call, options: ListOptions): KubeResponse => {
  const asked = parseVersion(options.resourceVersion, unknownFailure);
  const matches = compileMatcher(call.resource, options);
  requireStream(call.accept);
  if (call.accept.as === 'Table') parseInclude(call.query);
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: {
      kind: 'watch',
      open: (sink) =>
        openWatch(call, { options, asked: asked ?? 0, matches, sink, frames: frameMaker(call) }),
    },
  };
};

interface Opening {
  readonly options: ListOptions;
  /** The version to begin at; 0: any. */
  readonly asked: number;
  readonly matches: Matcher | undefined;
  readonly sink: WatchSink;
  readonly frames: FrameMaker;
}

const openWatch = (call: Call, opening: Opening): void => {
  const { api, request } = call;
  const { sink, options, asked } = opening;
  if (request.signal?.aborted) return sink.end();
  if (options.timeoutSeconds < 0) return endWith(opening, timeIsOver());
  const { revision } = api.store;
  if (options.initialEvents && asked > revision) return endWith(opening, futureVersion(asked, revision));
  const after = sendBeginning(call, opening);
  const cleanups: (() => void)[] = [];
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    for (const cleanup of cleanups) cleanup();
    sink.end();
  };
  try {
    const watching = follow(call, opening, { after, close });
    cleanups.push(() => watching.close());
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    return endWith(opening, expired(`too old resource version: ${after} (${api.store.compacted})`));
  }
  const milliseconds = lengthOf(call, options);
  cleanups.push(api.clock.after(milliseconds, close), stopOnAbort(request.signal, close));
  if (options.bookmarks) cleanups.push(sendBookmarks(call, opening, milliseconds));
};

const timeIsOver = (): ApiError =>
  failure({ code: 500, reason: 'InternalError', message: 'context deadline exceeded' });

/** Who has been let in hears of trouble with the version inside the stream: so client libraries expect it. */
const endWith = ({ sink, frames }: Opening, { status }: ApiError): void => {
  sink.next([frames.of({ type: 'ERROR', object: status })]);
  sink.end();
};

/** The state that the watch starts from, where it is asked for; returns the version after which events follow. */
const sendBeginning = (call: Call, { options, asked, matches, sink, frames }: Opening): number => {
  const { initialEvents, bookmarks } = options;
  if (!initialEvents) return asked === 0 ? call.api.store.revision : asked;
  const snapshot = call.api.store.snapshot();
  const objects = snapshot.range(collectionPrefix(call));
  const found = matches === undefined ? objects : objects.filter((stored) => matches(stored.value()));
  const beginning = found.map((stored) => frames.added(stored));
  if (bookmarks) beginning.push(frames.bookmark(snapshot.revision, initialEventsEnd));
  if (beginning.length > 0) sink.next(beginning);
  return snapshot.revision;
};

const follow = (
  { api, ...call }: Call,
  opening: Opening,
  { after, close }: { readonly after: number; readonly close: () => void },
): { close(): void } =>
  api.store.watch({
    prefix: collectionPrefix(call),
    after,
    onEvents(events) {
      try {
        deliver(events, opening);
      } catch (error) {
        // One watcher's trouble is not the store's, which is in the middle of telling all of them.
        api.onError(error);
        close();
      }
    },
    onEnd: close,
  });

const deliver = (events: readonly StoreEvent[], { matches, sink, frames }: Opening): void => {
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

const lengthOf = ({ api }: Call, { timeoutSeconds }: ListOptions): number => {
  const seconds = timeoutSeconds === 0 ? DEFAULT_SECONDS * (1 + api.random()) : timeoutSeconds;
  return Math.min(seconds, LONGEST_SECONDS) * 1000;
};

const stopOnAbort = (signal: AbortSignal | undefined, close: () => void): (() => void) => {
  signal?.addEventListener('abort', close, { once: true });
  return () => signal?.removeEventListener('abort', close);
};

/** Each minute, and shortly before the end of a watch that lasts `milliseconds`. */
const sendBookmarks = ({ api }: Call, { sink, frames }: Opening, milliseconds: number): (() => void) => {
  const last = api.clock.now() + milliseconds - LAST_BOOKMARK_MILLISECONDS;
  let cancel: () => void;
  const again = (): void => {
    const untilLast = last - api.clock.now();
    const wait = untilLast > 0 ? Math.min(untilLast, BOOKMARK_MILLISECONDS) : BOOKMARK_MILLISECONDS;
    // Events are handed over in the tick in which the revision rises: none up to it is still to come.
    cancel = api.clock.after(wait, () => {
      sink.next([frames.bookmark(api.store.revision)]);
      again();
    });
  };
  again();
  return () => cancel();
};
