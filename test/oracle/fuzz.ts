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
  readonly found: readonly Found[];
}

/** Milliseconds. What does not come at once does not come. */
const PATIENCE = 1500;

/** Plays so many cases, made of the corpus by chance, on the real API server and on the engine side by side. */
export const fuzz = async (seed: number, count: number): Promise<Result> => {
  const random = seededRandom(seed);
  const cases = chosenOf(await readCorpus(), false)
    .map(({ one }) => one)
    .filter(isPlain);
  await using cluster = await openCluster();
  await using engine = await openEngine();
  using real = openStage(cluster, PATIENCE);
  using own = openStage(engine, PATIENCE);
  const pick = (): Case => cases[Math.floor(random() * cases.length)] as Case;
  const found: Found[] = [];
  let played = 0;
  while (played < count) {
    const mutant = mutate(pick(), pick(), random);
    const differences = await differencesBetween(real, own, mutant);
    if (differences === undefined) continue;
    played += 1;
    if (differences.length > 0) found.push({ ...mutant, differences });
  }
  return { seed, played, found };
};

/** What differs on purpose differs here, too; forgotten history would be forgotten for all. */
const isPlain = ({ differs, steps }: Case): boolean =>
  differs === undefined && steps.every((step) => !('compact' in step) && step.watch === undefined);

/** Undefined: it cannot be played, or the real one does not answer the same twice. */
const differencesBetween = async (
  real: Stage,
  own: Stage,
  { played }: Mutant,
): Promise<readonly Difference[] | undefined> => {
  const expected = await tried(real, played);
  if (expected === undefined) return undefined;
  const differences = differencesOf(expected, (await tried(own, played)) ?? 'it could not be played');
  if (differences.length === 0) return differences;
  const again = await tried(real, played);
  return differencesOf(expected, again).length === 0 ? differences : undefined;
};

/** Undefined: a step names what an earlier one did not bring about. */
const tried = async (stage: Stage, played: Case): Promise<readonly Normal[] | undefined> => {
  try {
    return await stage.play(played);
  } catch {
    return undefined;
  }
};
