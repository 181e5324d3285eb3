/** A JSON document whose numbers are as they were written: what `JSON.parse` would lose is kept as `{ $number }`. */
export const parseDocument = (text: string): unknown => JSON.parse(text, exactNumber);

const exactNumber = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  return { $number: source };
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Everything that is text in a document through a function: values and names of members. */
export const mapTexts = (value: unknown, change: (text: string) => unknown): unknown => {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [String(change(key)), mapTexts(inner, change)]),
  );
};

/** What stands at `metadata.ownerReferences.0.uid`. */
export const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (found, step) =>
      typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[step] : undefined,
    value,
  );

/** Whether a document has all members of another, at any depth; an array's items are compared one by one. */
export const includes = (value: unknown, wanted: unknown): boolean => {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([key, inner]) =>
    includes((value as Record<string, unknown>)[key], inner),
  );
};
