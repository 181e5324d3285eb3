/** An object as somebody saw it. */
export interface Seen {
  readonly key: string;
  readonly revision: number;
  readonly text: string;
}

export interface SeenEvent extends Seen {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
}

/** What a write needs to find: nothing, something, or exactly the version of a revision. */
export type Expectation = 'absent' | 'present' | number;

/** What a client asked for. Keys are `<namespace>/<name>`. */
export type Asked =
  | { readonly to: 'put'; readonly key: string; readonly text: string; readonly expects: Expectation }
  | { readonly to: 'delete'; readonly key: string; readonly expects: Expectation }
  | { readonly to: 'get'; readonly key: string }
  | {
      readonly to: 'list';
      readonly namespace: string;
      readonly notOlderThan?: number;
      readonly exactly?: number;
    }
  | { readonly to: 'watch'; readonly namespace: string; readonly after: number }
  | { readonly to: 'compact'; readonly upTo: number };

/** What came back. */
export interface Got {
  readonly status: number;
  /** Of the write, or of the list. */
  readonly revision?: number;
  /** What was found. */
  readonly objects?: readonly Seen[];
  /** Of a watch; grows while it is open. */
  readonly events?: readonly SeenEvent[];
  /** A watch that was open when this revision had been told to all has seen everything up to it. */
  readonly complete?: number;
}

/** One thing that one client did. Moments are counted, not measured: what comes later has the higher number. */
export interface Happening {
  readonly asked: Asked;
  readonly begun: number;
  /** Neither is there when the server was killed over it: nobody knows what became of it. */
  ended?: number;
  got?: Got;
}

/** Writes down what happens. */
export class Recorder {
  readonly happenings: Happening[] = [];
  #moment = 0;
  #deaf = false;
  #newest = 1;

  /** The newest revision that anybody has heard of. */
  get newest(): number {
    return this.#newest;
  }

  begin(asked: Asked): Happening {
    this.#moment += 1;
    const happening: Happening = { asked, begun: this.#moment };
    this.happenings.push(happening);
    return happening;
  }

  end(happening: Happening, got: Got): void {
    if (this.#deaf) return;
    this.#moment += 1;
    happening.ended = this.#moment;
    happening.got = got;
    this.#newest = Math.max(this.#newest, got.revision ?? 0);
  }

  /** From now on nothing that the server says reaches anybody, until the next life. */
  set deaf(deaf: boolean) {
    this.#deaf = deaf;
  }

  get deaf(): boolean {
    return this.#deaf;
  }
}
