import { controllerOf, type Node, type Pod } from '@fairlead/kube';
import { preferenceFor } from './affinity.ts';
import { allocatableOf } from './filters.ts';
import type { Load } from './ledger.ts';
import { weightOf } from './request.ts';
import { disliked } from './taints.ts';

export interface Choice {
  readonly node: Node;
  readonly load: Load;
}

/** How good each of several nodes is for a pod: 0 to 100 each, in the same order. */
type Score = (pod: Pod, choices: readonly Choice[]) => readonly number[];

/** More room left, in the mean of cpu and memory. */
const leastAllocated: Score = (pod, choices) =>
  choices.map((choice) => {
    const free = fractions(pod, choice).map((used) => Math.max(0, 1 - used));
    return free.length === 0 ? 0 : (100 * sum(free)) / free.length;
  });

/** Cpu and memory used alike, so that neither runs out alone. */
const balanced: Score = (pod, choices) =>
  choices.map((choice) => {
    const [cpu = 0, memory = cpu] = fractions(pod, choice).map((used) => Math.min(1, used));
    return 100 * (1 - Math.abs(cpu - memory) / 2);
  });

/** Away from pods of the same controller. */
const apart: Score = (pod, choices) => {
  const owner = controllerOf(pod)?.uid ?? '';
  return inverted(choices.map(({ load }) => load.siblings.get(owner) ?? 0));
};

const preferred: Score = (pod, choices) => normalised(choices.map(({ node }) => preferenceFor(pod, node)));

const untainted: Score = (pod, choices) => inverted(choices.map(({ node }) => disliked(pod, node)));

const scores: readonly { readonly score: Score; readonly weight: number }[] = [
  { score: untainted, weight: 3 },
  { score: preferred, weight: 2 },
  { score: apart, weight: 2 },
  { score: leastAllocated, weight: 1 },
  { score: balanced, weight: 1 },
];

/** The nodes that share the highest sum. */
export function best(pod: Pod, choices: readonly Choice[]): readonly Choice[] {
  if (choices.length <= 1) return choices;
  const totals = choices.map(() => 0);
  for (const { score, weight } of scores) {
    for (const [index, points] of score(pod, choices).entries())
      totals[index] = (totals[index] ?? 0) + weight * Math.floor(points);
  }
  const highest = Math.max(...totals);
  return choices.filter((_, index) => totals[index] === highest);
}

/** The parts of cpu and memory that would be used. */
function fractions(pod: Pod, { node, load }: Choice): readonly number[] {
  const room = allocatableOf(node);
  const asked = weightOf(pod);
  return ['cpu', 'memory']
    .filter((name) => (room[name] ?? 0) > 0)
    .map((name) => ((load.weight[name] ?? 0) + (asked[name] ?? 0)) / (room[name] ?? 1));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const normalised = (numbers: readonly number[]): readonly number[] => {
  const highest = Math.max(...numbers);
  return highest === 0 ? numbers : numbers.map((each) => (100 * each) / highest);
};

const inverted = (numbers: readonly number[]): readonly number[] =>
  normalised(numbers).map((each) => 100 - each);
