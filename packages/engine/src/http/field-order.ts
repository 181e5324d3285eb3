import { isObject } from '../schema/json.ts';

/** What is wrong with the field at a path: `spec.ports[0].name`. */
export interface PathFault {
  /** Absent: nobody knows where, and it comes first. */
  readonly path?: string;
  readonly message: string;
}

/** Faults in the order in which Go's decoder meets them: that of the document. What it does not show comes first. */
export const inDocumentOrder = (document: unknown, faults: readonly PathFault[]): readonly PathFault[] => {
  if (faults.length < 2) return faults;
  const places = new Map<string, number>();
  const wanted = new Set(faults.map(({ path }) => path));
  for (const path of pathsIn(document, '')) if (wanted.has(path)) places.set(path, places.size);
  const placeOf = ({ path }: PathFault): number => (path === undefined ? undefined : places.get(path)) ?? -1;
  return faults.toSorted((a, b) => placeOf(a) - placeOf(b));
};

function* pathsIn(value: unknown, path: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* pathsIn(item, `${path}[${index}]`);
  }
  if (!isObject(value)) return;
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    yield here;
    yield* pathsIn(inner, here);
  }
}
