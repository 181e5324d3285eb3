import { all, type Edit, inField } from './builtin-defaults/edit.ts';
import type { ObjectSchema, Schema } from './structural.ts';

const forms = new WeakMap<Schema, Edit>();
const asItIs: Edit = (object) => object;

/**
 * What an object of a built-in kind is once it was written. Kubernetes stores protobuf, in which a list without items
 * is none at all: where Go always writes the field, it is read back as null.
 */
export const storedForm = (schema: Schema): Edit => {
  let form = forms.get(schema);
  if (form === undefined) {
    form = formOf(schema, new Set()) ?? asItIs;
    forms.set(schema, form);
  }
  return form;
};

/** Undefined when no list is below that is always written; a type inside itself is entered once. */
const formOf = (schema: Schema, above: ReadonlySet<string>): Edit | undefined => {
  if (schema.type === 'array') return formOf(schema.items, above);
  if (schema.type !== 'object' || above.has(schema.goType ?? '')) return undefined;
  const edits = fieldForms(schema, new Set([...above, schema.goType ?? '']));
  return edits.length === 0 ? undefined : all(...edits);
};

const fieldForms = ({ properties }: ObjectSchema, above: ReadonlySet<string>): Edit[] =>
  Object.entries(properties).flatMap(([name, field]) => {
    const inner = formOf(field, above);
    const isWritten = field.type === 'array' && field.zero === null;
    return [...(inner === undefined ? [] : [inField(name, inner)]), ...(isWritten ? [nothing(name)] : [])];
  });

const nothing =
  (name: string): Edit =>
  (object) => {
    const value = object[name];
    return Array.isArray(value) && value.length === 0 ? { ...object, [name]: null } : object;
  };
