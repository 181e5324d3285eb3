import {
  type Cache,
  type Controller,
  createWorkQueue,
  keyOf,
  type ObjectName,
  type Outcome,
} from '@fairlead/kube';

/** A controller over something else than the objects of one kind. */
export interface PassesOptions {
  readonly name: string;
  readonly cache: Cache;
  readonly concurrency: number;
  /** No pass before this. */
  readonly ready: Promise<void>;
  readonly reconcile: (key: string) => Promise<Outcome>;
  /** All keys there are, for a pass over everything. */
  readonly keys: () => Iterable<string>;
  /** Stops whatever wakes it. */
  readonly stop: () => Promise<void> | void;
}

/** A controller that is woken by hand, key by key: `wake`. */
export interface Passes extends Controller {
  wake(key: string): void;
}

export function startPasses(options: PassesOptions): Passes {
  const { name, cache, concurrency, ready } = options;
  const { clock, random } = cache;
  const failures = new Map<string, unknown>();
  const ended = { done: 0, waiting: 0, stalled: 0, failed: 0 };
  const pass = async (key: string): Promise<void> => {
    await ready;
    try {
      const outcome = await options.reconcile(key);
      ended[outcome.kind] += 1;
      failures.delete(key);
      queue.forget(key);
      if (outcome.kind === 'waiting' && outcome.after !== undefined) queue.addAfter(key, outcome.after);
    } catch (error) {
      ended.failed += 1;
      failures.set(key, error);
      throw error; // The queue's sign to come back after a pause.
    }
  };
  const queue = createWorkQueue({ work: pass, concurrency, clock, random });
  const close = async (): Promise<void> => {
    await options.stop();
    await queue.close();
  };
  return {
    name,
    ready,
    wake: (key) => queue.add(key),
    enqueue: (of: ObjectName) => queue.add(keyOf(of)),
    enqueueAll: () => {
      for (const key of options.keys()) queue.add(key);
    },
    idle: () => queue.idle(),
    counts: () => ({ ...ended, active: queue.active, delayed: queue.delayed }),
    failures: () => failures,
    health: () => undefined,
    close,
    [Symbol.asyncDispose]: close,
  };
}
