import { keyOf } from '../name.ts';
import type { KubeObject } from '../object.ts';
import { compareVersions } from '../version.ts';
import type { Change } from './contract.ts';

type IndexValues<T> = (object: T) => readonly string[];

interface Index<T> {
  readonly values: IndexValues<T>;
  readonly buckets: Map<string, Map<string, T>>;
}

/**
 * Objects by key and by index. Versions only go up: what is older than what is held changes nothing.
 * A writing method gives the change that it made, if any.
 */
export class Shelf<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, Index<T>>();
  #all: readonly T[] | undefined;

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    this.#all ??= [...this.#objects.values()];
    return this.#all;
  }

  byIndex(name: string, value: string): readonly T[] {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`no index ${name} was declared`);
    return [...(index.buckets.get(value)?.values() ?? [])];
  }

  index(name: string, values: IndexValues<T>): void {
    if (this.#indexes.has(name)) return;
    const index = { values, buckets: new Map() };
    this.#indexes.set(name, index);
    for (const [key, object] of this.#objects) putIn(index, key, object);
  }

  put(object: T): Change<T> | undefined {
    const key = keyOf(object.metadata);
    const before = this.#objects.get(key);
    if (before !== undefined && !isNewer(object.metadata.resourceVersion, before)) return undefined;
    this.#objects.set(key, object);
    this.#reindex(key, before, object);
    return before === undefined ? { after: object } : { before, after: object };
  }

  /** With a version: unless what is held is newer than that. */
  remove(key: string, version?: string): Change<T> | undefined {
    const before = this.#objects.get(key);
    if (before === undefined || (version !== undefined && isOlder(version, before))) return undefined;
    this.#objects.delete(key);
    this.#reindex(key, before, undefined);
    return { before };
  }

  #reindex(key: string, before: T | undefined, after: T | undefined): void {
    this.#all = undefined;
    for (const index of this.#indexes.values()) {
      if (before !== undefined) takeOut(index, key, before);
      if (after !== undefined) putIn(index, key, after);
    }
  }
}

const isNewer = (version: string | undefined, than: KubeObject): boolean =>
  compareVersions(version ?? '', than.metadata.resourceVersion ?? '') > 0;

const isOlder = (version: string, than: KubeObject): boolean =>
  compareVersions(version, than.metadata.resourceVersion ?? '') < 0;

function putIn<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.values(object)) {
    const bucket = index.buckets.get(value);
    if (bucket === undefined) index.buckets.set(value, new Map([[key, object]]));
    else bucket.set(key, object);
  }
}

function takeOut<T>(index: Index<T>, key: string, object: T): void {
  for (const value of index.values(object)) {
    const bucket = index.buckets.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) index.buckets.delete(value);
  }
}
