import { type EventNote, keyOf, type ObjectName } from '@fairlead/kube';

/** What was told in the last pass: what is still so is no news. */
export class Told {
  readonly #last = new Map<string, ReadonlySet<string>>();

  news(name: ObjectName, notes: readonly EventNote[]): readonly EventNote[] {
    const key = keyOf(name);
    const before = this.#last.get(key) ?? new Set();
    this.#last.set(key, new Set(notes.map(({ message }) => message)));
    return notes.filter(({ message }) => !before.has(message));
  }

  forget(name: ObjectName): void {
    this.#last.delete(keyOf(name));
  }
}
