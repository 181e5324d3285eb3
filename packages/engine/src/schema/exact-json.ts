/** `JSON.stringify` that also writes `bigint`, as the plain integer it is. */
export function stringifyExact(value: unknown, indent?: number): string {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    // The rare object with an integer beyond 2^53 pays for the second pass, not the others.
    if (!(error instanceof TypeError)) throw error;
    const exact = (_: string, part: unknown) => (typeof part === 'bigint' ? rawJson(part.toString()) : part);
    return JSON.stringify(value, exact, indent);
  }
}

/** ECMAScript's JSON.rawJSON, which the compiler's library does not know yet. */
export const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
