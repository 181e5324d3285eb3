import {
  type Cache,
  type Change,
  isNotFound,
  keyOf,
  type Node,
  nodes,
  type PassCounts,
  pauseAfter,
  defaultBackoff,
  type Pod,
  pods,
  type Recorder,
} from '@fairlead/kube';
import { bind, report } from './act.ts';
import { decidePlacement } from './decide.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { isOnNode, isPending, urgencyOf } from './pending.ts';
import { PodQueue } from './queue.ts';
import { checkVolumes } from './volumes/check.ts';
import { prepareVolumes } from './volumes/prepare.ts';
import { storageIn } from './volumes/storage.ts';

export interface SchedulerParts {
  readonly cache: Cache;
  readonly recorder: Recorder;
  /** The `schedulerName` of the pods that are served. */
  readonly name: string;
}

/** Writes under way at once. Decisions are made one after the other whatever this is. */
const most = 64;

/**
 * Gives pods their nodes. One decision at a time, each on top of those before it, whether or not the
 * API has confirmed them yet: so two pods never take the same room. The writes run beside that.
 */
export class Scheduling {
  readonly #parts: SchedulerParts;
  readonly #queue = new PodQueue();
  readonly #ledger: Ledger = createLedger();
  /** Pods sent to a node that the cache still shows without one. By uid. */
  readonly #sent = new Set<string>();
  readonly #failures = new Map<string, { readonly error: unknown; readonly times: number }>();
  readonly #retries = new Map<string, () => void>();
  #writing = 0;
  #turn = 0;
  #isOpen = true;
  #isWoken = false;
  #idle: PromiseWithResolvers<void> | undefined;
  readonly #counts = { placed: 0, nowhere: 0, failed: 0 };

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
  }

  get active(): number {
    return this.#queue.size + this.#writing;
  }

  passes(): PassCounts {
    const { placed: done, nowhere: waiting, failed } = this.#counts;
    const delayed = this.#queue.parked + this.#retries.size;
    return { done, waiting, stalled: 0, failed, active: this.active, delayed };
  }

  failures(): ReadonlyMap<string, unknown> {
    return new Map([...this.#failures].map(([key, { error }]) => [key, error]));
  }

  /** Looks again at every pod without a node. */
  tryAll(): void {
    this.#queue.unparkAll();
    for (const pod of this.#parts.cache.informer(pods).list()) this.seePod({ after: pod });
    this.#wake();
  }

  seePod({ before, after }: Change<Pod>): void {
    const uid = before?.metadata.uid ?? after?.metadata.uid ?? '';
    const isGone = before !== undefined && before.metadata.uid !== after?.metadata.uid;
    if (isGone) this.#forget(before);
    if (after === undefined) return;
    if (isOnNode(after)) {
      this.#ledger.put(after, after.spec.nodeName ?? '');
      this.#sent.delete(uid);
      this.#queue.remove(keyOf(after.metadata));
    } else if (isPending(after, this.#parts.name)) {
      // What it asks for changed: it may fit now. Its status, with our own verdict in it, is no news.
      if (before !== undefined && asks(before) !== asks(after)) this.#queue.remove(keyOf(after.metadata));
      if (!this.#sent.has(uid)) this.#queue.add(keyOf(after.metadata), urgencyOf(after));
      this.#wake();
    } else this.#forget(after);
  }

  seeNode({ before, after }: Change<Node>): void {
    // Heartbeats change the status every few seconds and open no room.
    if (before !== undefined && after !== undefined && offers(before) === offers(after)) return;
    this.#queue.unparkAll();
    this.#wake();
  }

  /** Something about volumes changed: who waits for one may go. */
  seeStorage(): void {
    this.#queue.unparkAll();
    this.#wake();
  }

  idle(): Promise<void> {
    if (this.active === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers<void>();
    return this.#idle.promise;
  }

  /** No further decision; resolves when what was decided is written. */
  async close(): Promise<void> {
    this.#isOpen = false;
    for (const cancel of this.#retries.values()) cancel();
    this.#queue.clear();
    await this.idle();
  }

  /** It has left its node, or wants none any more: there may be room for others. */
  #forget(pod: Pod): void {
    const uid = pod.metadata.uid ?? '';
    this.#sent.delete(uid);
    this.#queue.remove(keyOf(pod.metadata));
    if (this.#ledger.nodeOf(uid) === undefined) return;
    this.#ledger.remove(uid);
    this.#queue.unparkAll();
    this.#wake();
  }

  /** In a turn of its own, so that of many pods that come at once the most urgent is first. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    queueMicrotask(() => {
      this.#isWoken = false;
      this.#begin();
    });
  }

  #begin(): void {
    while (this.#isOpen && this.#writing < most) {
      const key = this.#queue.next();
      if (key === undefined) break;
      const pod = this.#parts.cache.informer(pods).get(key);
      if (pod !== undefined && isPending(pod, this.#parts.name)) void this.#place(key, pod);
    }
    if (this.active > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  async #place(key: string, pod: Pod): Promise<void> {
    this.#writing += 1;
    try {
      await this.#decideAndWrite(key, pod);
      this.#failures.delete(key);
    } catch (error) {
      this.#failed(key, pod, error);
    }
    this.#writing -= 1;
    this.#begin();
  }

  /** Up to the first wait this is one decision: nothing else sees the ledger in between. */
  async #decideAndWrite(key: string, pod: Pod): Promise<void> {
    const { cache, recorder } = this.#parts;
    const means = { client: cache.client, clock: cache.clock, recorder };
    const volumes = checkVolumes(pod, storageIn(cache));
    const facts = { pod, nodes: this.#nodesInTurn(), ledger: this.#ledger, random: cache.random, volumes };
    const placement = decidePlacement(facts);
    if (placement.kind === 'nowhere') {
      this.#counts.nowhere += 1;
      this.#queue.park(key, urgencyOf(pod));
      return report(pod, placement.message, means);
    }
    const steps = volumes.prepare(placement.node);
    if (steps.length > 0) {
      // When its claims are bound, it is tried again, and has only this node to go to.
      this.#queue.park(key, urgencyOf(pod));
      return prepareVolumes(steps, placement.node, means);
    }
    this.#ledger.put(pod, placement.name);
    this.#sent.add(pod.metadata.uid ?? '');
    await bind(pod, placement.name, means);
    this.#counts.placed += 1;
  }

  #failed(key: string, pod: Pod, error: unknown): void {
    const { cache } = this.#parts;
    const current = cache.informer(pods).get(key);
    if (current === undefined || !isOnNode(current)) {
      this.#sent.delete(pod.metadata.uid ?? '');
      this.#ledger.remove(pod.metadata.uid ?? '');
    }
    if (isNotFound(error)) return;
    this.#counts.failed += 1;
    const times = (this.#failures.get(key)?.times ?? 0) + 1;
    this.#failures.set(key, { error, times });
    const pause = pauseAfter(times, defaultBackoff, cache.random);
    const cancel = cache.clock.after(pause, () => {
      this.#retries.delete(key);
      const again = cache.informer(pods).get(key);
      if (again !== undefined) this.seePod({ after: again });
    });
    this.#retries.set(key, cancel);
  }

  /** Each decision starts at another node, so that a large cluster fills evenly. */
  #nodesInTurn(): readonly Node[] {
    const all = this.#parts.cache.informer(nodes).list();
    if (all.length <= 100) return all;
    this.#turn = (this.#turn + 97) % all.length;
    return [...all.slice(this.#turn), ...all.slice(0, this.#turn)];
  }
}

const asks = ({ metadata, spec }: Pod): string => JSON.stringify([metadata.labels, spec]);

/** What a node says that bears on who may run there. */
const offers = ({ metadata, spec, status }: Node): string =>
  JSON.stringify([metadata.labels, spec?.unschedulable, spec?.taints, status?.allocatable]);
