/** Digits that may be more than a number of JavaScript holds. */
const longNumber = /\d{16}/;

/** Reads JSON and loses nothing: an integer beyond 2^53 becomes a bigint, as 64 bits have room for it. */
export const parseJson = (text: string): unknown =>
  longNumber.test(text) ? JSON.parse(text, keepInteger as Reviver) : JSON.parse(text);

type Reviver = (key: string, value: unknown) => unknown;

function keepInteger(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
  return isInexact && source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** The way back. */
export function renderJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Hardly any object holds a bigint, and looking at every member would make all of them slow.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_key, member: unknown) =>
      typeof member === 'bigint' ? rawJson(String(member)) : member,
    );
  }
}

const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
