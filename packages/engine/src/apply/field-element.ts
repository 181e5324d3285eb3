const elements = new Map<string, string>();
const MOST_KEPT = 20_000;

/**
 * The path element of a field, `f:name`. Kept, because the names of fields come again with every
 * object, and a string that is put together anew is slow as a key.
 */
export function fieldElement(name: string): string {
  let element = elements.get(name);
  if (element === undefined) {
    element = `f:${name}`;
    if (elements.size < MOST_KEPT) elements.set(name, element);
  }
  return element;
}
