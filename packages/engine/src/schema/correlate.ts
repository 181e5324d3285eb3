import { equalJson, isObject } from './json.ts';
import type { ArraySchema, Schema } from './structural.ts';

/** The key of an item of a list map; undefined when a part of it is missing or no scalar. */
export const listMapKey = (keys: readonly string[], read: (key: string) => unknown): string | undefined => {
  const parts = keys.map(read);
  const scalar = parts.every((part) => ['string', 'number', 'bigint', 'boolean'].includes(typeof part));
  return scalar ? parts.map((part) => `${typeof part} ${String(part)}`).join('\0') : undefined;
};

/** The items of a list map by their keys; the first of several counts. */
export const itemsByKey = (
  { listMapKeys = [] }: ArraySchema,
  items: readonly unknown[],
): ReadonlyMap<string, unknown> =>
  new Map(
    items
      .toReversed()
      .map((item) => [keyOf(listMapKeys, item), item] as const)
      .filter((entry): entry is readonly [string, unknown] => entry[0] !== undefined),
  );

const keyOf = (keys: readonly string[], item: unknown): string | undefined =>
  isObject(item) ? listMapKey(keys, (key) => item[key]) : undefined;

/**
 * A value and what it was before, as far as one can say which was which: fields by their names, items of list maps by
 * their keys. Items of other lists have no past.
 */
export class Correlated {
  readonly #schema: Schema;
  readonly #value: unknown;
  readonly old: unknown;
  #same: boolean | undefined;
  #items: ReadonlyMap<string, unknown> | undefined;

  constructor(schema: Schema, value: unknown, old: unknown) {
    this.#schema = schema;
    this.#value = value;
    this.old = old;
  }

  /** Whether it is as it was. */
  same(): boolean {
    this.#same ??= equalJson(this.#value, this.old);
    return this.#same;
  }

  key(name: string): Correlated | undefined {
    const [value, old] = [this.#value, this.old];
    if (!isObject(value) || !isObject(old) || !Object.hasOwn(value, name) || !Object.hasOwn(old, name))
      return undefined;
    const schema = partOf(this.#schema, name);
    return schema && new Correlated(schema, value[name], old[name]);
  }

  index(index: number): Correlated | undefined {
    const [schema, value, old] = [this.#schema, this.#value, this.old];
    if (
      schema.type !== 'array' ||
      schema.listType !== 'map' ||
      !Array.isArray(value) ||
      !Array.isArray(old)
    ) {
      return undefined;
    }
    this.#items ??= itemsByKey(schema, old);
    const key = keyOf(schema.listMapKeys ?? [], value[index]);
    const before = key === undefined ? undefined : this.#items.get(key);
    return before === undefined ? undefined : new Correlated(schema.items, value[index], before);
  }
}

const partOf = (schema: Schema, name: string): Schema | undefined => {
  if (schema.type === 'map') return schema.values;
  return schema.type === 'object' && Object.hasOwn(schema.properties, name)
    ? schema.properties[name]
    : undefined;
};
