import type { Resource, Scope } from '../client/contract.ts';
import { type Clock, type Random, sleep } from '../clock.ts';
import { ApiError, isExpired, isInvalid } from '../error.ts';
import type { KubeObject } from '../object.ts';
import { type Backoff, pauseAfter } from '../queue/backoff.ts';
import { type Mirror, mirrorSink, type Reached } from './mirror-sink.ts';

export interface Reflection<T extends KubeObject> {
  readonly resource: Resource<T>;
  readonly scope: Scope;
  readonly mirror: Mirror<T>;
  readonly clock: Clock;
  readonly random: Random;
  readonly backoff: Backoff;
  readonly signal: AbortSignal;
  /** Asks for the state within the watch instead of by a list, where the server can. */
  readonly streamsState?: boolean;
}

/**
 * Lists, then watches from there, for ever: a broken watch goes on where it stopped, a version too
 * old to go on from (410) means a new list, trouble means a pause. Resolves when the signal is aborted.
 */
export async function reflect<T extends KubeObject>(reflection: Reflection<T>): Promise<void> {
  const { mirror, clock, signal, streamsState = false } = reflection;
  const progress: Progress = { version: undefined, streams: streamsState, failures: 0, error: undefined };
  while (!signal.aborted) {
    const began = clock.now();
    try {
      if (!progress.streams) progress.version ??= await relist(reflection, isExpired(progress.error));
      await followFrom(reflection, progress);
      progress.error = undefined;
    } catch (error) {
      // A version grows too old while nothing happens: the first time that is ordinary life, and wants a list at once.
      if (isExpired(error) && !isExpired(progress.error)) progress.failures = 0;
      progress.error = error;
      if (isExpired(error)) progress.version = undefined;
      if (isInvalid(error)) progress.streams = false; // It does not know how.
      if (!signal.aborted) mirror.report(error instanceof Error ? error : new Error(String(error)));
    }
    progress.failures = clock.now() - began > longWatch ? 1 : progress.failures + 1;
    await pause(reflection, progress);
  }
}

interface Progress extends Reached {
  /** The state comes within the watch. */
  streams: boolean;
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
  const from =
    progress.version === undefined ? { sendInitialEvents: true } : { resourceVersion: progress.version };
  const options = { ...scope, ...from, allowWatchBookmarks: true, timeoutSeconds };
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

async function pause<T extends KubeObject>(reflection: Reflection<T>, progress: Progress): Promise<void> {
  const { clock, random, backoff, signal } = reflection;
  const { failures, error } = progress;
  const asked = error instanceof ApiError ? (error.status.details?.retryAfterSeconds ?? 0) * 1000 : 0;
  // The first end after success is ordinary life: go on at once.
  const ours = failures <= 1 ? 0 : pauseAfter(failures - 1, backoff, random);
  if (Math.max(ours, asked) > 0) await sleep(clock, Math.max(ours, asked), signal);
}
