import { type Clock, type Random, sleep } from '../clock.ts';
import { isAlreadyExists, isConflict } from '../error.ts';
import { type Lease, leases } from '../kinds/index.ts';
import type { Resource } from '../client/contract.ts';
import type { Leadership, LeadershipOptions, Term } from './contract.ts';
import { decideClaim, desiredLease, type Observation, releasedLease } from './decide.ts';

/** Competes for a Lease until closed; a term that ends is followed by another attempt. */
export function startLeadership(options: LeadershipOptions): Leadership {
  const candidate = new Candidate(options);
  const running = candidate.run();
  const close = async (): Promise<void> => {
    candidate.stop();
    await running;
  };
  return {
    get term() {
      return candidate.term;
    },
    elected: () => candidate.elected(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Held {
  readonly lease: Lease;
  readonly token: number;
}

class Candidate {
  term: Term | undefined;
  readonly #options: LeadershipOptions &
    Required<Pick<LeadershipOptions, 'duration' | 'renewWithin' | 'retry'>>;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #resource: Resource<Lease>;
  readonly #stop = new AbortController();
  #seen: Observation | undefined;
  #next = Promise.withResolvers<Term>();

  constructor(options: LeadershipOptions) {
    this.#options = { duration: 15_000, renewWithin: 10_000, retry: 2_000, ...options };
    this.#clock = options.clock;
    this.#random = options.random;
    this.#resource = options.client.resource(leases);
    this.#next.promise.catch(() => {}); // Who does not ask for it need not handle that it never came.
  }

  elected(): Promise<Term> {
    return this.term === undefined ? this.#next.promise : Promise.resolve(this.term);
  }

  stop(): void {
    this.#stop.abort();
  }

  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const held = await this.#attempt(this.#stop.signal);
      if (held !== undefined) await this.#serve(held);
      // Spread, so that candidates do not come all at once.
      await this.#pause(this.#options.retry * (1 + 0.2 * this.#random()));
    }
    this.#next.reject(new Error('leadership was given up before it was had'));
  }

  /** Holds the Lease as long as it can be renewed. */
  async #serve(first: Held): Promise<void> {
    const over = new AbortController();
    // By its own timer: a call that hangs must not keep a term alive.
    let cancel = this.#endAfter(over, this.#options.renewWithin);
    this.#begin({ token: first.token, signal: over.signal });
    let held = first;
    while (!this.#stop.signal.aborted && !over.signal.aborted) {
      await this.#pause(this.#options.retry, over.signal);
      if (this.#stop.signal.aborted || over.signal.aborted) break;
      const renewed = await this.#attempt(over.signal);
      if (renewed?.token === held.token) {
        held = renewed;
        cancel();
        cancel = this.#endAfter(over, this.#options.renewWithin);
      } else if (this.#seen !== undefined && !this.#isMine(this.#seen.lease)) break;
    }
    cancel();
    this.term = undefined;
    over.abort();
    if (this.#stop.signal.aborted) await this.#release(held);
  }

  #endAfter(over: AbortController, milliseconds: number): () => void {
    return this.#clock.after(milliseconds, () => over.abort());
  }

  #begin(term: Term): void {
    this.term = term;
    this.#next.resolve(term);
    this.#next = Promise.withResolvers<Term>();
    this.#next.promise.catch(() => {});
  }

  /** Reads the Lease and takes or renews it, if that is for us to do. */
  async #attempt(signal: AbortSignal): Promise<Held | undefined> {
    const { lease: name, identity, duration } = this.#options;
    try {
      const lease = await this.#resource.find(name, { signal });
      this.#observe(lease);
      const claim = decideClaim(this.#seen, { identity, now: this.#clock.now() });
      if (claim === undefined) return undefined;
      const desired = desiredLease(lease, { name, identity, duration, claim, now: this.#clock.now() });
      const written = await (lease === undefined
        ? this.#resource.create(desired, { signal })
        : this.#resource.replace(desired, { signal }));
      this.#observe(written);
      return { lease: written, token: claim.token };
    } catch (error) {
      // Somebody was faster: what became of it is seen at the next attempt.
      if (!isConflict(error) && !isAlreadyExists(error) && !signal.aborted) this.#options.onTrouble?.(error);
      return undefined;
    }
  }

  /** When the record last changed is known by our own clock: that of its holder may be wrong. */
  #observe(lease: Lease | undefined): void {
    if (lease === undefined) this.#seen = undefined;
    else if (this.#seen?.lease.metadata.resourceVersion !== lease.metadata.resourceVersion)
      this.#seen = { lease, at: this.#clock.now() };
  }

  #isMine({ spec }: Lease): boolean {
    return spec?.holderIdentity === this.#options.identity;
  }

  /** With the version that we wrote last: what others have taken is not ours to give back. */
  async #release({ lease }: Held): Promise<void> {
    const giveUp = new AbortController();
    const cancel = this.#endAfter(giveUp, this.#options.retry);
    const released = releasedLease(lease, this.#clock.now());
    await this.#resource.replace(released, { signal: giveUp.signal }).catch((error: unknown) => {
      if (!isConflict(error)) this.#options.onTrouble?.(error);
    });
    cancel();
  }

  #pause(milliseconds: number, signal: AbortSignal = this.#stop.signal): Promise<void> {
    return sleep(this.#clock, milliseconds, AbortSignal.any([signal, this.#stop.signal]));
  }
}
