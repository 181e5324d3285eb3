import { builtinType } from './builtin-types.ts';
import { isObject, type JsonObject, setMember } from './json.ts';
import type { ObjectSchema, Schema } from './structural.ts';

/** A value with its members in order; the very argument when they are already. */
export type Order = (value: unknown) => unknown;

const orders = new WeakMap<object, Order>();
const asItIs: Order = (value) => value;

/**
 * The order in which Go writes what has this structure: members of a struct as they are declared, those of a map by
 * their names.
 */
export const declaredOrder = (schema: Schema): Order => orderOf(schema) ?? asItIs;

/** Everything by its name: what has no structure in Go is a map of maps. */
export const nameOrder: Order = (value) => {
  if (Array.isArray(value)) return orderedItems(value, nameOrder);
  if (!isObject(value)) return value;
  return orderedMembers(value, { inner: () => nameOrder, before: byName });
};

/** Undefined when nothing below has members. */
const orderOf = (schema: Schema): Order | undefined => {
  switch (schema.type) {
    case 'object':
      return structOrder(schema);
    case 'map':
      return mapOrder(orderOf(schema.values));
    case 'array':
      return listOrder(orderOf(schema.items));
    case 'any':
      return anyOrders[schema.goType ?? ''];
    default:
      return undefined;
  }
};

const structOrder = (schema: ObjectSchema): Order => {
  // Fields that share a type share its order.
  const known = orders.get(schema.properties);
  if (known !== undefined) return known;
  const names = Object.keys(schema.properties);
  // A struct that shows nothing of itself (FieldsV1) writes what it was given.
  const order = names.length === 0 ? asItIs : fieldsOrder(schema, names);
  orders.set(schema.properties, order);
  return order;
};

const fieldsOrder = ({ properties }: ObjectSchema, names: readonly string[]): Order => {
  const ranks = new Map(names.map((name, rank) => [name, rank]));
  const rankOf = (name: string): number => ranks.get(name) ?? names.length;
  const before = (a: string, b: string): boolean => rankOf(a) <= rankOf(b);
  // Found out on the first use: a type may contain itself.
  const inners = new Map<string, Order | undefined>();
  const inner = (name: string): Order | undefined => {
    if (!inners.has(name)) inners.set(name, properties[name] && orderOf(properties[name]));
    return inners.get(name);
  };
  return (value) => (isObject(value) ? orderedMembers(value, { inner, before }) : value);
};

const mapOrder = (order: Order | undefined): Order => {
  const how = { inner: () => order, before: byName };
  return (value) => (isObject(value) ? orderedMembers(value, how) : value);
};

const listOrder = (order: Order | undefined): Order | undefined =>
  order && ((value) => (Array.isArray(value) ? orderedItems(value, order) : value));

/** One schema, or a list of them; a boolean has no members. */
const schemaOrder: Order = (value) => {
  const order = structOrder(builtinType('apiextensions.v1.JSONSchemaProps'));
  return Array.isArray(value) ? orderedItems(value, order) : order(value);
};

/** What may be anything: a `runtime.RawExtension` stays as it was sent. */
const anyOrders: Readonly<Record<string, Order>> = {
  'v1.JSON': nameOrder,
  'v1.JSONSchemaPropsOrBool': schemaOrder,
  'v1.JSONSchemaPropsOrArray': schemaOrder,
};

const byName = (a: string, b: string): boolean => a <= b;

interface How {
  readonly inner: (name: string) => Order | undefined;
  readonly before: (a: string, b: string) => boolean;
}

/** Most objects are in order, and nothing is made for them. */
const orderedMembers = (value: JsonObject, { inner, before }: How): JsonObject => {
  let changed: Map<string, unknown> | undefined;
  let isSorted = true;
  let last: string | undefined;
  for (const name in value) {
    const old = value[name];
    if (last !== undefined && isSorted) isSorted = before(last, name);
    last = name;
    if (typeof old !== 'object') continue;
    const ordered = inner(name)?.(old);
    if (ordered !== undefined && ordered !== old) (changed ??= new Map()).set(name, ordered);
  }
  if (isSorted && changed === undefined) return value;
  const names = Object.keys(value);
  if (!isSorted) names.sort((a, b) => (before(a, b) ? -1 : 1));
  const out: Record<string, unknown> = {};
  for (const name of names) setMember(out, name, changed?.get(name) ?? value[name]);
  return out;
};

const orderedItems = (items: readonly unknown[], order: Order): readonly unknown[] => {
  let out: unknown[] | undefined;
  for (const [index, item] of items.entries()) {
    const ordered = order(item);
    if (ordered !== item) (out ??= [...items])[index] = ordered;
  }
  return out ?? items;
};
