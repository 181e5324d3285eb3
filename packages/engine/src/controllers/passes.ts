import {
  type Cache,
  type Controller,
  createWorkQueue,
  keyOf,
  type ObjectName,
  type Outcome,
  type Pass,
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
  readonly onPass?: ((pass: Pass) => void) | undefined;
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
  const note = (key: string, began: number, outcome: Pass['outcome']): void => {
    ended[outcome.kind] += 1;
    if (outcome.kind === 'failed') failures.set(key, outcome.error);
    else failures.delete(key);
    options.onPass?.({ controller: name, key, took: clock.now() - began, outcome });
  };
  const pass = async (key: string): Promise<void> => {
    const began = clock.now();
    try {
      const outcome = await options.reconcile(key);
      queue.forget(key);
      if (outcome.kind === 'waiting' && outcome.after !== undefined) queue.addAfter(key, outcome.after);
      note(key, began, outcome);
    } catch (error) {
      note(key, began, { kind: 'failed', error });
      throw error; // The queue's sign to come back after a pause.
    }
  };
  const queue = createWorkQueue({ work: pass, concurrency, clock, random });
  // Kept until then; a pass that waited for it would hold up the closing.
  const early = new Set<string>();
  let isReady = false;
  const wake = (key: string): void => void (isReady ? queue.add(key) : early.add(key));
  const begin = (): void => {
    isReady = true;
    for (const key of early) queue.add(key);
    early.clear();
  };
  ready.then(begin, () => {}); // Rejected when it was closed before.
  const close = async (): Promise<void> => {
    await options.stop();
    await queue.close();
  };
  return {
    name,
    ready,
    wake,
    enqueue: (of: ObjectName) => wake(keyOf(of)),
    enqueueAll: () => {
      for (const key of options.keys()) wake(key);
    },
    idle: () => queue.idle(),
    counts: () => ({ ...ended, active: queue.active, delayed: queue.delayed }),
    failures: () => failures,
    health: () => undefined,
    close,
    [Symbol.asyncDispose]: close,
  };
}
