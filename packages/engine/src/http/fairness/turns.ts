/** How many requests may wait. */
export interface TurnLimits {
  /** Of one user. */
  readonly each: number;
  /** Of all together. */
  readonly all: number;
}

export interface TurnOptions {
  readonly limits?: TurnLimits;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Calls once the event loop has taken in what has arrived meanwhile; what is deferred then waits for the next time. */
  readonly defer: (call: () => void) => void;
}

const LIMITS: TurnLimits = { each: 1024, all: 16_384 };

/** So many may begin before the event loop looks for new arrivals, */
const BURST = 16;
/** and no more begin when those before took so long: who comes meanwhile waits for no longer than this. */
const BURST_MILLISECONDS = 1;

/**
 * Gives users turns, one request each, round and round: whoever asks ten times as often as the others waits ten times
 * as long for a turn, and the others do not notice. One thread does all the work, so a turn is not a share of time but
 * the right to begin; what waits for a disk keeps nobody waiting.
 */
export class Turns {
  readonly #limits: TurnLimits;
  readonly #now: () => number;
  readonly #defer: (call: () => void) => void;
  /** Users with requests that wait, the next one first. */
  readonly #users = new Map<string, Line>();
  #waiting = 0;
  /** Calls that are deferred, and how many of them are still to come this time. */
  #deferred = 0;
  #left = 0;
  #began = 0;

  constructor({ limits = LIMITS, now, defer }: TurnOptions) {
    this.#limits = limits;
    this.#now = now;
    this.#defer = defer;
  }

  /** How many requests wait. */
  get waiting(): number {
    return this.#waiting;
  }

  isFull(user: string): boolean {
    return this.#waiting >= this.#limits.all || (this.#users.get(user)?.length ?? 0) >= this.#limits.each;
  }

  /** Calls when it is this user's turn; false, and never, when too many wait already. */
  take(user: string, begin: () => void): boolean {
    if (this.isFull(user)) return false;
    const line = this.#users.get(user);
    if (line === undefined) this.#users.set(user, new Line(begin));
    else line.push(begin);
    this.#waiting++;
    this.#wake();
    return true;
  }

  #wake(): void {
    if (this.#deferred >= Math.min(this.#waiting, BURST)) return;
    this.#deferred++;
    this.#defer(() => this.#step());
  }

  #step(): void {
    if (this.#left === 0) {
      this.#left = this.#deferred;
      this.#began = this.#now();
    }
    this.#left--;
    this.#deferred--;
    if (this.#now() - this.#began <= BURST_MILLISECONDS) this.#next();
    if (this.#waiting > 0) this.#wake();
  }

  /** One turn, for the user who has waited longest for one; with more to ask they go to the end of the round. */
  #next(): void {
    for (const [user, line] of this.#users) {
      this.#users.delete(user);
      const begin = line.shift();
      if (line.length > 0) this.#users.set(user, line);
      this.#waiting--;
      return begin();
    }
  }
}

/** First in, first out, without moving the others up each time. */
class Line {
  #calls: (() => void)[];
  #start = 0;

  constructor(first: () => void) {
    this.#calls = [first];
  }

  get length(): number {
    return this.#calls.length - this.#start;
  }

  push(call: () => void): void {
    this.#calls.push(call);
  }

  shift(): () => void {
    const call = this.#calls[this.#start] as () => void;
    this.#start++;
    if (this.#start > 64 && this.#start * 2 > this.#calls.length) {
      this.#calls = this.#calls.slice(this.#start);
      this.#start = 0;
    }
    return call;
  }
}
