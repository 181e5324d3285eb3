import { isObject, type JsonObject, setMember } from '../schema/json.ts';
import type { ArraySchema, Schema } from '../schema/structural.ts';
import { granularity, memberSchema } from './granularity.ts';
import { elementOf } from './path-element.ts';

/**
 * Lays an applied configuration over the live object: its leaves win, nothing is removed, and a list
 * whose items it touches takes its order. Throws `ListKeyError`.
 */
export function mergeApplied(schema: Schema, live: unknown, applied: unknown): unknown {
  if (applied === undefined || live === applied) return live;
  if (live === undefined) return applied;
  const kind = granularity(schema, applied);
  if (kind === 'leaf' || granularity(schema, live) !== kind) return applied;
  if (kind === 'map') return mergeMembers(schema, live, applied);
  return mergeLists(schema as ArraySchema, live, applied);
}

function mergeMembers(schema: Schema, live: unknown, applied: unknown): unknown {
  const [old, news] = [isObject(live) ? live : {}, isObject(applied) ? applied : {}];
  const out: Record<string, unknown> = {};
  let empty = true;
  for (const name of new Set([...Object.keys(old), ...Object.keys(news)])) {
    const value = mergeApplied(memberSchema(schema, name), own(old, name), own(news, name));
    if (value === undefined) continue;
    setMember(out, name, value);
    empty = false;
  }
  // With nothing on either side, the applied form (null or {}) is what stays.
  return empty ? applied : out;
}

const own = (object: JsonObject, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;

function mergeLists(schema: ArraySchema, live: unknown, applied: unknown): unknown {
  const [old, news] = [Array.isArray(live) ? live : [], Array.isArray(applied) ? applied : []];
  return old.length + news.length === 0 ? applied : new ListMerge(schema, old, news).run();
}

/**
 * Walks both lists at once. Items that only the live list has keep their place before the next item
 * that both have; items of the applied list come in the applied order.
 */
class ListMerge {
  readonly #schema: ArraySchema;
  readonly #live: readonly unknown[];
  readonly #liveKeys: readonly string[];
  readonly #appliedKeys: readonly string[];
  readonly #liveItems = new Map<string, unknown>();
  readonly #appliedItems = new Map<string, unknown>();
  /** Items that both have, in applied order: the next one is where the two lists meet again. */
  readonly #shared: readonly string[];
  #met = 0;
  readonly #taken = new Set<string>();
  readonly #out: unknown[] = [];

  constructor(schema: ArraySchema, live: readonly unknown[], applied: readonly unknown[]) {
    this.#schema = schema;
    this.#live = live;
    this.#liveKeys = live.map((item) => elementOf(schema, item));
    this.#appliedKeys = applied.map((item) => elementOf(schema, item));
    // Duplicates in the live list stay as they are and are not merged with anything.
    this.#liveKeys.forEach((key, index) =>
      this.#liveItems.set(key, this.#liveItems.has(key) ? null : live[index]),
    );
    this.#appliedKeys.forEach((key, index) => this.#appliedItems.set(key, applied[index]));
    this.#shared = this.#appliedKeys.filter((key) => this.#liveItems.has(key));
  }

  run(): unknown[] {
    let [l, r] = [0, 0];
    while (l < this.#liveKeys.length || r < this.#appliedKeys.length) {
      const [liveKey, appliedKey] = [this.#liveKeys[l], this.#appliedKeys[r]];
      if (liveKey !== undefined && liveKey === appliedKey) {
        this.#take(appliedKey);
        this.#met++;
        l++;
        r++;
      } else if (liveKey !== undefined && appliedKey !== undefined && this.#comesLater(liveKey)) {
        l++;
      } else if (liveKey !== undefined && !this.#appliedItems.has(liveKey)) {
        this.#out.push(this.#live[l]);
        l++;
      } else {
        if (liveKey !== undefined && this.#taken.has(liveKey)) l++;
        if (appliedKey === undefined) continue;
        this.#take(appliedKey);
        if (this.#shared[this.#met] === appliedKey) this.#met++;
        r++;
      }
    }
    return this.#out;
  }

  /** A shared item, but not the one at which the lists meet next. */
  #comesLater(liveKey: string): boolean {
    const next = this.#shared[this.#met];
    return this.#appliedItems.has(liveKey) && next !== undefined && next !== liveKey;
  }

  #take(key: string): void {
    this.#taken.add(key);
    const live = this.#liveItems.has(key) ? this.#liveItems.get(key) : undefined;
    this.#out.push(mergeApplied(this.#schema.items, live, this.#appliedItems.get(key)));
  }
}
