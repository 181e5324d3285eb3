import { isDeepStrictEqual } from 'node:util';
import { type HorizontalPodAutoscaler, keyOf, type ObjectName } from '@fairlead/kube';

/** A number of pods that was asked for, or by which the number was changed. */
export interface Remembered {
  readonly replicas: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What an autoscaler asked for and did in the last minutes. It is lost at a restart, as Kubernetes loses it. */
export interface History {
  readonly recommendations: readonly Remembered[];
  readonly ups: readonly Remembered[];
  readonly downs: readonly Remembered[];
}

const empty: History = { recommendations: [], ups: [], downs: [] };

/** Longer than any period that the API allows. */
const longest = 3_600_000;

/** The histories of all autoscalers, and whom they select. */
export class Memory {
  readonly #histories = new Map<string, History>();
  readonly #selectors = new Map<string, string>();
  readonly #turns = new Map<string, { readonly spec: unknown; readonly at: number }>();

  /** Milliseconds until an autoscaler is to be looked at again, 0 when at once: it was changed, or its time has come. */
  untilTurn({ metadata, spec }: HorizontalPodAutoscaler, period: number, now: number): number {
    const turn = this.#turns.get(keyOf(metadata));
    if (turn !== undefined && turn.at + period > now && isDeepStrictEqual(turn.spec, spec))
      return turn.at + period - now;
    this.#turns.set(keyOf(metadata), { spec, at: now });
    return 0;
  }

  of(name: ObjectName): History {
    return this.#histories.get(keyOf(name)) ?? empty;
  }

  recommend(name: ObjectName, replicas: number, at: number): void {
    const history = this.of(name);
    this.#put(name, { ...history, recommendations: add(history.recommendations, { replicas, at }) });
  }

  changed(name: ObjectName, change: number, at: number): void {
    const history = this.of(name);
    const entry = { replicas: Math.abs(change), at };
    if (change > 0) this.#put(name, { ...history, ups: add(history.ups, entry) });
    else this.#put(name, { ...history, downs: add(history.downs, entry) });
  }

  selects(name: ObjectName, selector: string): void {
    this.#selectors.set(keyOf(name), selector);
  }

  /** The selectors of all autoscalers in a namespace, by `namespace/name`. */
  selectors(namespace: string | undefined): readonly (readonly [key: string, selector: string])[] {
    return [...this.#selectors].filter(([key]) => key.startsWith(`${namespace}/`));
  }

  forget(name: ObjectName): void {
    this.#histories.delete(keyOf(name));
    this.#selectors.delete(keyOf(name));
    this.#turns.delete(keyOf(name));
  }

  #put(name: ObjectName, history: History): void {
    this.#histories.set(keyOf(name), history);
  }
}

const add = (entries: readonly Remembered[], entry: Remembered): readonly Remembered[] => [
  ...entries.filter(({ at }) => at >= entry.at - longest),
  entry,
];
