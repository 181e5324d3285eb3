import type { Clock, Probe } from '@fairlead/kube';
import type { ProbeAnswer } from './answer.ts';

export interface ProbeWatchOrder {
  readonly probe: Probe;
  /** When the container started, in milliseconds since the epoch. */
  readonly since: number;
  readonly clock: Clock;
  /** Tries again quickly until the first success, so that a container is seen ready when it is. */
  readonly eager: boolean;
  /** What is held true before anything was tried. */
  readonly initially: boolean;
  readonly ask: (probe: Probe) => Promise<ProbeAnswer>;
  /** The judgement changed: as many answers in a row as the threshold wants. */
  readonly onChange: (ok: boolean, message: string) => void;
  /** A failure that counts, whether or not it changes the judgement. */
  readonly onFailure: (message: string) => void;
}

/** Milliseconds between the tries of an eager probe, for a container that started just now. */
const eagerMs = 10;
/** Of its age: who takes minutes to start is not asked a hundred times a second all the while. */
const eagerShare = 1000;

/** Asks a probe's question over and over; the returned function ends it. */
export function watchProbe(order: ProbeWatchOrder): () => void {
  const watcher = new ProbeWatcher(order);
  watcher.begin();
  return () => watcher.close();
}

class ProbeWatcher {
  readonly #order: ProbeWatchOrder;
  readonly #periodMs: number;
  #judgement: boolean;
  #eager: boolean;
  #inARow = { ok: false, count: 0 };
  /** Failures of an eager probe count once in a period, as they would without its eagerness. */
  #nextFailureCounts: number;
  #closed = false;
  #cancel = () => {};

  constructor(order: ProbeWatchOrder) {
    const { probe, since } = order;
    this.#order = order;
    this.#periodMs = 1000 * (probe.periodSeconds || 10);
    this.#judgement = order.initially;
    this.#eager = order.eager && probe.exec === undefined;
    this.#nextFailureCounts = since + this.#delayMs() + (this.#eager ? this.#periodMs : 0);
  }

  begin(): void {
    const { clock, since } = this.#order;
    this.#cancel = clock.after(Math.max(0, since + this.#delayMs() - clock.now()), () => this.#try());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #delayMs(): number {
    return 1000 * (this.#order.probe.initialDelaySeconds ?? 0);
  }

  #try(): void {
    const { ask, probe, clock } = this.#order;
    const begun = clock.now();
    void ask(probe).then((answer) => this.#next(answer, begun));
  }

  #next(answer: ProbeAnswer, begun: number): void {
    if (this.#closed) return;
    this.#take(answer);
    const { clock } = this.#order;
    const pauseMs = Math.max(0, this.#pauseMs() - (clock.now() - begun));
    // What it was told may have ended the watch.
    if (!this.#closed) this.#cancel = clock.after(pauseMs, () => this.#try());
  }

  #pauseMs(): number {
    if (!this.#eager) return this.#periodMs;
    const age = this.#order.clock.now() - this.#order.since;
    return Math.min(this.#periodMs, Math.max(eagerMs, age / eagerShare));
  }

  #take({ ok, message }: ProbeAnswer): void {
    if (!ok && !this.#countsNow()) return;
    if (ok) this.#eager = false;
    else this.#order.onFailure(message);
    const count = this.#inARow.ok === ok ? this.#inARow.count + 1 : 1;
    this.#inARow = { ok, count };
    const { successThreshold, failureThreshold } = this.#order.probe;
    const threshold = ok ? successThreshold || 1 : failureThreshold || 3;
    if (ok === this.#judgement || count < threshold) return;
    this.#judgement = ok;
    this.#order.onChange(ok, message);
  }

  #countsNow(): boolean {
    const now = this.#order.clock.now();
    if (!this.#eager || now >= this.#nextFailureCounts) {
      this.#nextFailureCounts = now + this.#periodMs;
      return true;
    }
    return false;
  }
}
