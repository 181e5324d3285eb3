import { isRecord, mapTexts, valueAt } from './document.ts';

/** What a case's strings may name: `ns`, and the documents of earlier answers. */
export type Known = ReadonlyMap<string, unknown>;

const MENTION = /\{\{([^{}]+)\}\}/g;

/** Fills in what a text names. Throws when there is no such thing: the case is wrong, or its situation did not come about. */
export const fillText = (text: string, known: Known): string =>
  text.replace(MENTION, (_, path: string) => String(lookUp(path, known)));

/** Fills in a body. */
export const fillBody = (body: unknown, known: Known): unknown => {
  if (Array.isArray(body)) return body.map((item) => fillBody(item, known));
  if (!isRecord(body)) return mapTexts(body, (text) => fillText(text, known));
  if (typeof body.$from === 'string')
    return mergePatch(lookUp(body.$from, known), fillBody(body.$change, known));
  if (typeof body.$repeat === 'string') return body.$repeat.repeat(Number(body.$times));
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [fillText(key, known), fillBody(value, known)]),
  );
};

const lookUp = (path: string, known: Known): unknown => {
  const [name = '', ...steps] = path.split('.');
  const found = valueAt(known.get(name), steps);
  if (found === undefined) throw new Error(`nothing is known of {{${path}}}`);
  return found;
};

/** RFC 7386. */
const mergePatch = (target: unknown, change: unknown): unknown => {
  if (!isRecord(change)) return change;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(change)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value);
  }
  return merged;
};
