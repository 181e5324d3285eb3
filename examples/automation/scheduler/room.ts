import type { Node, Pod } from '@fairlead/kube';

/** What a pod takes of a node, or what is left of one: cores, bytes, pods. */
export interface Room {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

/** What a pod asks for: its containers together, or more if an init container needs more while it runs. */
export function amountsOf({ spec }: Pod): Room {
  const together = spec.containers.map(({ resources }) => asked(resources?.requests));
  const alone = (spec.initContainers ?? []).map(({ resources }) => asked(resources?.requests));
  const most = (member: 'cpu' | 'memory'): number =>
    Math.max(
      together.reduce((sum, each) => sum + each[member], 0),
      ...alone.map((each) => each[member]),
    );
  return { cpu: most('cpu'), memory: most('memory'), pods: 1 };
}

/** What a node has, less what its pods have asked for. */
export const roomOf = ({ status }: Node, pods: readonly Pod[]): Room =>
  pods
    .filter(isAlive)
    .map(amountsOf)
    .reduce(less, { ...asked(status?.allocatable), pods: Number(status?.allocatable?.['pods'] ?? 0) });

const isAlive = ({ status }: Pod): boolean => status?.phase !== 'Succeeded' && status?.phase !== 'Failed';

const less = (room: Room, taken: Room): Room => ({
  cpu: room.cpu - taken.cpu,
  memory: room.memory - taken.memory,
  pods: room.pods - taken.pods,
});

export const fits = (wanted: Room, room: Room): boolean =>
  wanted.cpu <= room.cpu && wanted.memory <= room.memory && wanted.pods <= room.pods;

const asked = (amounts: Readonly<Record<string, string | number>> = {}) => ({
  cpu: parseQuantity(amounts['cpu'] ?? 0),
  memory: parseQuantity(amounts['memory'] ?? 0),
});

const units: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** `500m`, `1.5`, `128Mi`, `1e3` as a number. What the API has stored is well formed. */
export function parseQuantity(text: string | number): number {
  const [, number = '0', unit = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  return Number(number) * (units[unit] ?? Number.NaN);
}
