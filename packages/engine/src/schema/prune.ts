import { isObject, type JsonObject, setMember } from './json.ts';
import type { Schema } from './structural.ts';

/** A document without the fields that its schema does not know. */
export interface Pruned {
  /** Same reference when nothing was dropped. */
  readonly value: unknown;
  /** Paths of what was dropped, sorted: `spec.items[0].foo`. */
  readonly unknown: readonly string[];
}

const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Drops unknown fields (structural schemas, "pruning"), and nulls that a field does not allow and no
 * default replaces. What is under `x-kubernetes-preserve-unknown-fields` stays. At the root and in
 * embedded resources apiVersion, kind and metadata are not looked at.
 */
export function prune(schema: Schema, value: unknown, options: { readonly root?: boolean } = {}): Pruned {
  const pruner = new Pruner();
  const root = options.root === true && schema.type === 'object' ? { ...schema, embedded: true } : schema;
  const pruned = pruner.prune(root, value, '');
  return { value: pruned, unknown: pruner.unknown.sort() };
}

class Pruner {
  readonly unknown: string[] = [];

  prune(schema: Schema, value: unknown, path: string): unknown {
    if (schema.type === 'any') return value;
    if (Array.isArray(value)) return this.#items(itemSchema(schema), value, path);
    if (!isObject(value)) return value;
    return this.#members(schema.type === 'object' || schema.type === 'map' ? schema : NOTHING, value, path);
  }

  #members(schema: Schema, value: JsonObject, path: string): JsonObject {
    let out: Record<string, unknown> | undefined;
    const drop = (name: string) => {
      out ??= { ...value };
      delete out[name];
    };
    for (const name in value) {
      if (schema.type === 'object' && schema.embedded === true && META.has(name)) continue;
      const child = childSchema(schema, name);
      if (child === undefined) {
        if (schema.type === 'object' && schema.preserveUnknown === true) continue;
        this.unknown.push(join(path, name));
        drop(name);
      } else if (isStrayNull(child, value[name])) {
        drop(name);
      } else {
        const pruned = this.prune(child, value[name], join(path, name));
        if (pruned === value[name]) continue;
        out ??= { ...value };
        setMember(out, name, pruned);
      }
    }
    return out ?? value;
  }

  #items(schema: Schema, value: readonly unknown[], path: string): readonly unknown[] {
    let out: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const pruned = this.prune(schema, value[index], `${path}[${index}]`);
      if (pruned === value[index]) continue;
      out ??= [...value];
      out[index] = pruned;
    }
    return out ?? value;
  }
}

/** What is where the schema foresees none: all its fields are unknown. */
const NOTHING: Schema = { type: 'object', properties: {} };

function itemSchema(schema: Schema): Schema {
  if (schema.type === 'array') return schema.items;
  return schema.type === 'object' && schema.preserveUnknown === true ? { type: 'any' } : NOTHING;
}

function childSchema(schema: Schema, name: string): Schema | undefined {
  if (schema.type === 'map') return schema.values;
  if (schema.type !== 'object') return undefined;
  return Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
}

const isStrayNull = (schema: Schema, value: unknown): boolean =>
  value === null && schema.nullable !== true && schema.default === undefined;

const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
