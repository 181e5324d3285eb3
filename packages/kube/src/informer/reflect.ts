import type { Resource, Scope } from '../client/contract.ts';
import { type Clock, type Random, sleep } from '../clock.ts';
import { ApiError, isExpired } from '../error.ts';
import type { KubeObject, WatchEvent } from '../object.ts';
import { type Backoff, pauseAfter } from '../queue/backoff.ts';
import type { WatchSink } from '../transport.ts';

/** Where a reflection of the API's state goes. */
export interface Mirror<T extends KubeObject> {
  /** This is all there is, at that version. */
  replace(items: readonly T[], version: string): void;
  /** One change, or a bookmark: nothing more happened up to its version. */
  take(event: Exclude<WatchEvent<T>, { type: 'ERROR' }>): void;
  /** Trouble, or its end. The reflection goes on by itself. */
  report(error: Error | undefined): void;
}

export interface Reflection<T extends KubeObject> {
  readonly resource: Resource<T>;
  readonly scope: Scope;
  readonly mirror: Mirror<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
}

/**
 * Lists, then watches from there, for ever: a broken watch goes on where it stopped, a version too
 * old to go on from (410) means a new list, trouble means a pause. Resolves when the signal is aborted.
 */
export async function reflect<T extends KubeObject>(reflection: Reflection<T>): Promise<void> {
  const { mirror, clock, signal } = reflection;
  const progress: Progress = { version: undefined, failures: 0, error: undefined };
  while (!signal.aborted) {
    const began = clock.now();
    try {
      progress.version ??= await relist(reflection, isExpired(progress.error));
      await followFrom(reflection, progress);
      progress.error = undefined;
    } catch (error) {
      progress.error = error;
      if (isExpired(error)) progress.version = undefined;
      if (!signal.aborted) mirror.report(error instanceof Error ? error : new Error(String(error)));
    }
    progress.failures = clock.now() - began > longWatch ? 1 : progress.failures + 1;
    await pause(reflection, progress);
  }
}

interface Progress {
  /** Everything up to here is in the mirror; without it a new list is due. */
  version: string | undefined;
  /** Ends in a row without anything delivered: a list that works and a watch that never does must not spin. */
  failures: number;
  error: unknown;
}

/** Milliseconds. A watch that was quiet for so long and then ended was a good one. */
const longWatch = 10_000;

async function relist<T extends KubeObject>(
  { resource, scope, mirror, signal }: Reflection<T>,
  afterExpiry: boolean,
): Promise<string> {
  // The pages of a busy collection may expire under us: then all of it in one.
  const list = await resource.list({ ...scope, signal, ...(afterExpiry && { limit: 0 }) });
  mirror.replace(list.items, list.metadata.resourceVersion);
  return list.metadata.resourceVersion;
}

/** Resolves when the server has ended the watch, or the signal is aborted. */
async function followFrom<T extends KubeObject>(
  reflection: Reflection<T>,
  progress: Progress,
): Promise<void> {
  const { resource, scope, mirror, clock, random, signal } = reflection;
  if (signal.aborted) return; // During the list: nobody would tell of it again.
  const left = new AbortController();
  const over = Promise.withResolvers<void>();
  const leave = (error?: unknown): void => {
    if (error === undefined) over.resolve();
    else over.reject(error);
    left.abort(); // Afterwards, for it makes the transport end the sink: the first reason counts.
  };
  // Spread over time, so that not all watches of a process are opened anew at once.
  const timeoutSeconds = Math.round(300 + 300 * random());
  const tooLong = () => leave(new Error(`the server left a watch of ${resource.kind.resource} hanging`));
  const cancel = clock.after((timeoutSeconds + 30) * 1000, tooLong);
  const stop = () => leave();
  signal.addEventListener('abort', stop, { once: true });
  const options = { ...scope, resourceVersion: progress.version, allowWatchBookmarks: true, timeoutSeconds };
  try {
    const opened = resource
      .follow({ ...options, signal: left.signal }, mirrorSink(mirror, progress, leave))
      .then(() => mirror.report(undefined));
    await Promise.all([opened, over.promise]);
  } finally {
    left.abort();
    cancel();
    signal.removeEventListener('abort', stop);
  }
}

/** Takes frames until the first that it cannot take; what comes after that would leave a gap. */
function mirrorSink<T extends KubeObject>(
  mirror: Mirror<T>,
  progress: Progress,
  leave: (error?: unknown) => void,
): WatchSink {
  let hasLeft = false;
  const end = (error?: unknown): void => {
    hasLeft = true;
    leave(error);
  };
  return {
    next(frames) {
      if (hasLeft) return;
      try {
        for (const frame of frames) takeFrame(mirror, progress, frame.value as WatchEvent<T>);
      } catch (error) {
        end(error);
      }
    },
    end,
  };
}

function takeFrame<T extends KubeObject>(mirror: Mirror<T>, progress: Progress, event: WatchEvent<T>): void {
  if (event.type === 'ERROR') throw new ApiError(event.object);
  mirror.take(event);
  progress.version = event.object.metadata.resourceVersion;
  progress.failures = 0;
}

async function pause<T extends KubeObject>(reflection: Reflection<T>, progress: Progress): Promise<void> {
  const { clock, random, backoff, signal } = reflection;
  const { failures, error } = progress;
  const asked = error instanceof ApiError ? (error.status.details?.retryAfterSeconds ?? 0) * 1000 : 0;
  // The first end after success is ordinary life: go on at once.
  const ours = failures <= 1 ? 0 : pauseAfter(failures - 1, backoff, random);
  if (Math.max(ours, asked) > 0) await sleep(clock, Math.max(ours, asked), signal);
}
