import { isRecord } from './document.ts';

/** One place at which two recordings differ: `2.body.document.spec.replicas: 1 ≠ undefined`. */
export type Difference = string;

/** Where the engine's answer is not the real one; members' order does not count, everything else does. */
export const differencesOf = (real: unknown, engine: unknown, path = ''): Difference[] => {
  if (Array.isArray(real) && Array.isArray(engine)) return differencesOfItems(real, engine, path);
  if (isRecord(real) && isRecord(engine)) {
    const keys = [...new Set([...Object.keys(real), ...Object.keys(engine)])];
    return keys.flatMap((key) => differencesOf(real[key], engine[key], path === '' ? key : `${path}.${key}`));
  }
  return Object.is(real, engine) ? [] : [`${path}: real ${shown(real)} ≠ engine ${shown(engine)}`];
};

const differencesOfItems = (
  real: readonly unknown[],
  engine: readonly unknown[],
  path: string,
): Difference[] =>
  Array.from({ length: Math.max(real.length, engine.length) }, (_, index) =>
    differencesOf(real[index], engine[index], path === '' ? String(index) : `${path}.${index}`),
  ).flat();

const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 600);
