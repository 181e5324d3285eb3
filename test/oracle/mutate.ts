import type { Random } from '@fairlead/kube';
import type { Case, Request, Step } from './case.ts';
import { isRecord } from './document.ts';
import { definitions } from './kinds.ts';

/** A case made of the corpus by chance, and what was done to it. */
export interface Mutant {
  readonly played: Case;
  readonly changes: readonly string[];
}

/** Changes a case a little: its bodies, the order of its steps, or steps of another one in between. */
export const mutate = (one: Case, other: Case, random: Random): Mutant => {
  const changes: string[] = [];
  let steps: readonly Step[] = one.steps.map(anyhow);
  const times = 1 + Math.floor(random() * 2);
  for (let time = 0; time < times; time += 1) {
    const way = pick(ways, random);
    steps = way.change(steps, { other: other.steps.map(anyhow), random });
    changes.push(way.name);
  }
  return { played: { ...one, steps }, changes };
};

/** Every answer counts here, whatever it is; but a definition must be served before its instances are written. */
const anyhow = (step: Step): Step => {
  if ('compact' in step || step.until !== undefined || step.path.startsWith(definitions)) return step;
  const { setup: _setup, ...request } = step;
  return request;
};

interface Given {
  readonly other: readonly Step[];
  readonly random: Random;
}

interface Way {
  readonly name: string;
  readonly change: (steps: readonly Step[], given: Given) => readonly Step[];
}

const pick = <T>(items: readonly T[], random: Random): T => items[Math.floor(random() * items.length)] as T;

const changeBody: Way = {
  name: 'body',
  change: (steps, { random }) => {
    const places = steps.flatMap((step, index) => (hasBody(step) ? [index] : []));
    const place = places.length === 0 ? -1 : pick(places, random);
    return steps.map((step, index) =>
      index === place ? { ...(step as Request), body: changedBody((step as Request).body, random) } : step,
    );
  },
};

const hasBody = (step: Step): boolean =>
  'method' in step && typeof step.body === 'object' && step.until === undefined;

/** What stands where something else should. */
const ODD: readonly unknown[] = [
  null,
  '',
  'x',
  'A_b',
  0,
  -1,
  1.5,
  true,
  [],
  {},
  ['x'],
  { a: 'b' },
  99999999999,
];

const changedBody = (body: unknown, random: Random): unknown => {
  const places = placesIn(body);
  if (places.length === 0) return pick(ODD, random);
  const { path, key } = pick(places, random);
  const value = random() < 0.3 ? undefined : pick(ODD, random);
  return replaced(body, [...path, key], value);
};

interface Spot {
  readonly path: readonly string[];
  readonly key: string;
}

const placesIn = (value: unknown, path: readonly string[] = []): Spot[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    // What a body is made of an earlier answer by is no part of it.
    key.startsWith('$from') ? [] : [{ path, key }, ...placesIn(inner, [...path, key])],
  );
};

/** `undefined` takes it away. */
const replaced = (target: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown => {
  if (Array.isArray(target)) {
    const items = target.map((item, index) =>
      String(index) === key ? (rest.length === 0 ? value : replaced(item, rest, value)) : item,
    );
    return items.filter((item) => item !== undefined);
  }
  if (!isRecord(target)) return target;
  const { [key]: inner, ...others } = target;
  const next = rest.length === 0 ? value : replaced(inner, rest, value);
  return next === undefined ? others : { ...target, [key]: next };
};

const swap: Way = {
  name: 'order',
  change: (steps, { random }) => {
    if (steps.length < 2) return steps;
    const at = Math.floor(random() * (steps.length - 1));
    return [...steps.slice(0, at), ...steps.slice(at, at + 2).toReversed(), ...steps.slice(at + 2)];
  },
};

const repeat: Way = {
  name: 'repeat',
  change: (steps, { random }) => {
    const at = Math.floor(random() * steps.length);
    return [...steps.slice(0, at + 1), ...steps.slice(at)];
  },
};

const drop: Way = {
  name: 'drop',
  change: (steps, { random }) => {
    if (steps.length < 2) return steps;
    const at = Math.floor(random() * steps.length);
    return steps.filter((_, index) => index !== at);
  },
};

const interleave: Way = {
  name: 'interleave',
  change: (steps, { other, random }) => {
    const left = [...steps];
    const right = [...other];
    const merged: Step[] = [];
    while (left.length + right.length > 0) {
      const side = right.length === 0 || (left.length > 0 && random() < 0.5) ? left : right;
      merged.push(side.shift() as Step);
    }
    return merged;
  },
};

const ways: readonly Way[] = [changeBody, changeBody, changeBody, swap, repeat, drop, interleave];
