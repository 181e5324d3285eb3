import { pathSteps } from '../builtin-contextual.ts';
import { isObject, type JsonObject } from '../json.ts';

/** Copy-on-write: gives its argument back when there is nothing to do. */
export type Edit = (object: JsonObject, now: Date) => JsonObject;

export const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

/** The edits one after the other. */
export const all =
  (...edits: readonly Edit[]): Edit =>
  (object, now) => {
    let value = object;
    for (const edit of edits) value = edit(value, now);
    return value;
  };

/** The edits, where something holds for the object. */
export function when(holds: (object: JsonObject) => boolean, ...edits: readonly Edit[]): Edit {
  const edit = all(...edits);
  return (object, now) => (holds(object) ? edit(object, now) : object);
}

/** The edits on every object under a path, `spec.containers[].resources`; on none when it is not there. */
export function at(path: string, ...edits: readonly Edit[]): Edit {
  const edit = all(...edits);
  return pathSteps(path).reduceRight<Edit>(
    (inner, step) => (step === '[]' ? inner : inField(step, inner)),
    edit,
  );
}

/** An edit of the object in a field, or of all objects of its list. */
export const inField =
  (name: string, edit: Edit): Edit =>
  (object, now) => {
    const value = object[name];
    if (value === undefined) return object;
    const next = Array.isArray(value) ? editItems(value, edit, now) : editIfObject(value, edit, now);
    return next === value ? object : { ...object, [name]: next };
  };

const editIfObject = (value: unknown, edit: Edit, now: Date): unknown =>
  isObject(value) ? edit(value, now) : value;

function editItems(items: readonly unknown[], edit: Edit, now: Date): readonly unknown[] {
  const edited = items.map((item) => editIfObject(item, edit, now));
  return edited.every((item, index) => item === items[index]) ? items : edited;
}

/** Sets a field that is absent; `value` may look at the others, and undefined leaves it so. */
export const fill =
  (name: string, value: (object: JsonObject, now: Date) => unknown): Edit =>
  (object, now) => {
    if (!isAbsent(object[name])) return object;
    const found = value(object, now);
    return found === undefined ? object : { ...object, [name]: found };
  };

export function without(object: JsonObject, name: string): JsonObject {
  if (!(name in object)) return object;
  const { [name]: _, ...rest } = object;
  return rest;
}

export const objectOr = (value: unknown): JsonObject => (isObject(value) ? value : {});
export const listOr = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An object with something in it. */
export const isFilled = (value: unknown): value is JsonObject =>
  isObject(value) && Object.keys(value).length > 0;
