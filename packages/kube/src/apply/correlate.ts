import type { Clock } from '../clock.ts';
import type { KubeObject } from '../object.ts';
import { createRateLimiter, type RateLimiter } from '../pace/rate-limit.ts';
import type { EventNote } from './recorder.ts';

/** A note as it shall be told; a combined one stands for several that differ in their message. */
export interface ToldNote extends EventNote {
  readonly isCombined: boolean;
}

/** What of a stream of notes becomes an event, if anything. */
export type Correlate = (object: KubeObject, note: EventNote) => ToldNote | undefined;

/** Different messages for one reason that are told one by one, until there was none for `quiet` ms. */
const similar = { most: 9, quiet: 600_000 };

/** Notes about one object beyond these are dropped: one that cries all day must not fill the store. */
const flood = { perSecond: 1 / 300, burst: 25 };

/** Objects whose notes are remembered; the one longest silent is forgotten first. */
const memory = 4096;

/** Holds one component to the limits that Kubernetes' own components keep with their events. */
export function createCorrelator(clock: Clock): Correlate {
  const objects = new Map<string, Told>();
  return (object, note) => {
    const { uid, namespace, name } = object.metadata;
    const key = JSON.stringify([object.kind, namespace, name, uid, note.type]);
    const told = objects.get(key) ?? { limiter: createRateLimiter(flood, clock), reasons: new Map() };
    objects.delete(key);
    objects.set(key, told);
    const [oldest = key] = objects.keys();
    if (objects.size > memory) objects.delete(oldest);
    const combined = combine(told, note, clock.now());
    return told.limiter.tryTake() ? combined : undefined;
  };
}

/** What was told of one object. */
interface Told {
  readonly limiter: RateLimiter;
  readonly reasons: Map<string, { readonly last: number; readonly messages: Set<string> }>;
}

function combine({ reasons }: Told, note: EventNote, now: number): ToldNote {
  const before = reasons.get(note.reason);
  const isFresh = before === undefined || now - before.last > similar.quiet;
  const messages = isFresh ? new Set<string>() : before.messages;
  reasons.set(note.reason, { last: now, messages });
  if (messages.size < similar.most) messages.add(note.message);
  if (messages.has(note.message)) return { ...note, isCombined: false };
  return { ...note, message: `(combined from similar events): ${note.message}`, isCombined: true };
}
