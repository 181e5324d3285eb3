import { seededRandom } from '@fairlead/kube/testing';
import type { Case } from './case.ts';
import { type Difference, differencesOf } from './compare.ts';
import { chosenOf, readCorpus } from './corpus.ts';
import { type Mutant, mutate } from './mutate.ts';
import type { Normal } from './normalise.ts';
import { openCluster, openEngine } from './sides.ts';
import { openStage, type Stage } from './stage.ts';

/** A case made by chance in which the two sides did not answer alike. */
export interface Found extends Mutant {
  readonly differences: readonly Difference[];
}

/** What became of all of them. */
export interface Result {
  readonly seed: number;
  readonly played: number;
  /** Left out: the real one answers otherwise when it is asked again, or given time. */
  readonly unsteady: number;
  readonly found: readonly Found[];
}

/** Milliseconds. What does not come at once does not come. */
const patience = 1500;
/** Milliseconds: what a real API server sees late (roles, definitions) it has seen by then. */
const rest = 400;

/** Plays so many cases, made of the corpus by chance, on the real API server and on the engine side by side. */
export const fuzz = async (seed: number, count: number): Promise<Result> => {
  const random = seededRandom(seed);
  const cases = chosenOf(await readCorpus(), false)
    .map(({ one }) => one)
    .filter(isPlain);
  await using cluster = await openCluster();
  await using engine = await openEngine();
  using real = openStage(cluster, { patience });
  using own = openStage(engine, { patience });
  using slow = openStage(cluster, { patience, rest, prefix: 'slowly' });
  const pick = (): Case => cases[Math.floor(random() * cases.length)] as Case;
  const found: Found[] = [];
  const counts = { same: 0, unsteady: 0, unplayable: 0 };
  while (counts.same + found.length < count) {
    const mutant = mutate(pick(), pick(), random);
    const outcome = await outcomeOf({ real, own, slow }, mutant);
    if (typeof outcome === 'string') counts[outcome] += 1;
    else found.push({ ...mutant, differences: outcome });
  }
  return { seed, played: counts.same + found.length, unsteady: counts.unsteady, found };
};

/** What differs on purpose differs here, too; forgotten history would be forgotten for all. */
const isPlain = ({ differs, steps }: Case): boolean =>
  differs === undefined && steps.every((step) => !('compact' in step) && step.watch === undefined);

interface Stages {
  readonly real: Stage;
  readonly own: Stage;
  /** The real one again, with a rest between the steps. */
  readonly slow: Stage;
}

const outcomeOf = async (
  { real, own, slow }: Stages,
  { played }: Mutant,
): Promise<readonly Difference[] | 'same' | 'unsteady' | 'unplayable'> => {
  const expected = await tried(real, played);
  if (expected === undefined) return 'unplayable';
  const differences = differencesOf(expected, (await tried(own, played)) ?? 'it could not be played');
  if (differences.length === 0) return 'same';
  for (const stage of [real, slow]) {
    if (differencesOf(expected, await tried(stage, played)).length > 0) return 'unsteady';
  }
  return differences;
};

/** Undefined: a step names what an earlier one did not bring about. */
const tried = async (stage: Stage, played: Case): Promise<readonly Normal[] | undefined> => {
  try {
    return await stage.play(played);
  } catch {
    return undefined;
  }
};
