import { isRecord } from './document.ts';

/** One place at which two recordings differ: `2.body.document.spec.replicas: 1 ≠ undefined`. */
export type Difference = string;

/** Where the engine's answer is not the real one; members' order counts like everything else. */
export const differencesOf = (real: unknown, engine: unknown, path = ''): Difference[] => {
  if (Array.isArray(real) && Array.isArray(engine)) return differencesOfItems(real, engine, path);
  if (isRecord(real) && isRecord(engine)) {
    const keys = [...new Set([...Object.keys(real), ...Object.keys(engine)])];
    const inner = keys.flatMap((key) =>
      differencesOf(real[key], engine[key], path === '' ? key : `${path}.${key}`),
    );
    return inner.length > 0 ? inner : differencesOfOrder(real, engine, path);
  }
  if (Object.is(real, engine)) return [];
  if (typeof real === 'string' && typeof engine === 'string') return [differenceOfTexts(real, engine, path)];
  return [`${path}: real ${shown(real)} ≠ engine ${shown(engine)}`];
};

const differencesOfOrder = (real: object, engine: object, path: string): Difference[] => {
  const [expected, found] = [real, engine].map((members) => Object.keys(members).join(' '));
  return expected === found ? [] : [`${path}: real order ${expected} ≠ engine ${found}`];
};

const differencesOfItems = (
  real: readonly unknown[],
  engine: readonly unknown[],
  path: string,
): Difference[] =>
  Array.from({ length: Math.max(real.length, engine.length) }, (_, index) =>
    differencesOf(real[index], engine[index], path === '' ? String(index) : `${path}.${index}`),
  ).flat();

/** Long texts are shown from a little before the place where they part. */
const differenceOfTexts = (real: string, engine: string, path: string): Difference => {
  let same = 0;
  while (same < real.length && real[same] === engine[same]) same += 1;
  const from = Math.max(0, same - BEFORE);
  const place = from === 0 ? '' : ` at ${from}`;
  return `${path}${place}: real ${shown(real.slice(from))} ≠ engine ${shown(engine.slice(from))}`;
};

const BEFORE = 60;
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 600);
