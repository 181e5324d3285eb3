import type { Seen, SeenEvent } from './history.ts';

/** A write that somebody saw the effect of; without text it was a deletion. */
interface Noted {
  readonly key: string;
  readonly revision: number;
  readonly text: string | undefined;
}

/** All writes in the order of their revisions, put together from whatever anybody saw of them. */
export class Log {
  readonly #byRevision = new Map<number, Noted>();
  readonly #byKey = new Map<string, Noted[]>();
  readonly #onFault: (fault: string) => void;
  #sorted: Noted[] = [];

  constructor(onFault: (fault: string) => void) {
    this.#onFault = onFault;
  }

  note(write: Noted): void {
    const known = this.#byRevision.get(write.revision);
    if (!known) this.#byRevision.set(write.revision, write);
    else if (known.key !== write.key || known.text !== write.text) {
      this.#onFault(`one revision, two writes: ${JSON.stringify(known)} and ${JSON.stringify(write)}`);
    }
  }

  sort(): void {
    this.#sorted = [...this.#byRevision.values()].sort((a, b) => a.revision - b.revision);
    for (const write of this.#sorted) {
      this.#byKey.set(write.key, [...(this.#byKey.get(write.key) ?? []), write]);
    }
  }

  of(key: string): readonly Noted[] {
    return this.#byKey.get(key) ?? [];
  }

  /** What the key held just before a revision. */
  before(key: string, revision: number): Seen | undefined {
    return seenOf(this.of(key).findLast((write) => write.revision < revision));
  }

  /** What the key held at a revision and whatever it held later. */
  statesFrom(key: string, revision: number): (Seen | undefined)[] {
    const later = this.of(key).filter((write) => write.revision > revision);
    return [this.before(key, revision + 1), ...later.map(seenOf)];
  }

  /** What a namespace held at a revision, in order of keys. */
  stateAt(namespace: string, revision: number): Seen[] {
    const keys = [...this.#byKey.keys()].filter((key) => key.startsWith(`${namespace}/`)).sort();
    return keys.map((key) => this.before(key, revision + 1)).filter((seen) => seen !== undefined);
  }

  /** What a watch of a namespace sees after a revision, up to another. */
  events(namespace: string, after: number, last: number): Pick<SeenEvent, 'type' | 'revision' | 'key'>[] {
    const writes = this.#sorted.filter(
      ({ key, revision }) => revision > after && revision <= last && key.startsWith(`${namespace}/`),
    );
    return writes.map(({ key, revision, text }) => {
      const changed = this.before(key, revision) ? 'MODIFIED' : 'ADDED';
      return { type: text === undefined ? 'DELETED' : changed, revision, key };
    });
  }
}

const seenOf = (write: Noted | undefined): Seen | undefined =>
  write?.text === undefined ? undefined : { ...write, text: write.text };
