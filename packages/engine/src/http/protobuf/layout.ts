import { builtinFields, builtinType, type FieldRow } from '../../schema/builtin-types.ts';
import type { ObjectSchema, Schema } from '../../schema/structural.ts';
import { zeroOfField } from '../../schema/zero.ts';

/** Where the fields of a Go type lie in its message. */
export interface Layout {
  readonly fields: readonly Field[];
  /** Fields of an inlined struct lie in a message of their own, by its number. */
  readonly inlined: ReadonlyMap<number, Layout>;
}

export interface Field {
  readonly number: number;
  readonly name: string;
  readonly schema: Schema;
  /** Go's omitempty on what is no pointer: it travels in protobuf, and is left out of JSON. */
  readonly leftOut: boolean;
  /** What Go writes into JSON when it is not in the message. */
  readonly absent: unknown;
}

const layouts = new Map<string, Layout>();

/** Of a type that tools/kinds knows, `core.v1.PodSpec`. */
export const layoutOf = (type: string): Layout => {
  const known = layouts.get(type);
  if (known !== undefined) return known;
  const rows = Object.entries(builtinFields(type) ?? {});
  const layout = build(
    builtinType(type),
    rows.map(([name, row]) => ({ name, row, path: row[0].split('.').map(Number) })),
  );
  layouts.set(type, layout);
  return layout;
};

interface Placed {
  readonly name: string;
  readonly row: FieldRow;
  readonly path: readonly number[];
}

const build = (schema: ObjectSchema, placed: readonly Placed[]): Layout => {
  const fields: Field[] = [];
  const inlined = new Map<number, Layout>();
  for (const [number, group] of Map.groupBy(placed, ({ path }) => path[0] ?? 0)) {
    // Without a number: apiVersion and kind, which the envelope has.
    if (number === 0) continue;
    const deeper = group.filter(({ path }) => path.length > 1);
    if (deeper.length > 0) inlined.set(number, build(schema, deeper.map(stepIn)));
    else fields.push(...group.map((one) => fieldOf(schema, one)));
  }
  return { fields, inlined };
};

const stepIn = (placed: Placed): Placed => ({ ...placed, path: placed.path.slice(1) });

const fieldOf = ({ properties }: ObjectSchema, { name, row, path }: Placed): Field => {
  const schema = properties[name];
  if (schema === undefined) throw new Error(`no structure of ${name}`);
  const omits = /[ez]/.test(row[2]);
  // Of a field with a default the structure does not say what empty is.
  const absent = row[2].includes('p') && !omits ? null : zeroOfField(schema);
  return { number: path[0] ?? 0, name, schema, leftOut: omits && schema.omitEmpty === true, absent };
};
