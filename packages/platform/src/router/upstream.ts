/** One address that can take a request, and what is under way there. */
export class Upstream {
  /** `127.0.0.1:20001`. */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  #inFlight = 0;
  #whenIdle: (() => void)[] = [];

  constructor(address: string) {
    const colon = address.lastIndexOf(':');
    this.address = address;
    this.host = address.slice(0, colon);
    this.port = Number(address.slice(colon + 1));
  }

  /** Requests that went there and are not over. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Counts a request in; call what comes back when it is over, once or more often. */
  enter(): () => void {
    this.#inFlight += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
    };
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    if (this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }
}
