import { bugs } from './bugs.ts';
import type { Bullet } from './bullets.ts';
import type { Case } from './case.ts';
import { type Difference, differencesOf } from './compare.ts';
import { chosenOf, type CorpusFile } from './corpus.ts';
import type { Normal } from './normalise.ts';
import { openEngine } from './sides.ts';
import { openStage, type Stage } from './stage.ts';
import { digestOf, readTranscripts, type Transcript } from './transcripts.ts';

/** What became of one case on the engine. */
export interface Outcome {
  readonly file: string;
  readonly title: string;
  readonly bullet: Bullet;
  readonly differs: Case['differs'];
  /** What the engine is known to do wrong here. */
  readonly bug: string | undefined;
  /** What the real API server answered. */
  readonly answers: readonly Normal[];
  /** Empty: the engine answers as the real API server. */
  readonly differences: readonly Difference[];
}

/** Plays cases on fresh engines and compares with what was recorded. */
export const replay = async (files: readonly CorpusFile[]): Promise<Outcome[]> => {
  const transcripts = new Map(files.map(({ name }) => [name, readTranscripts(name)]));
  const outcomes: Outcome[] = [];
  for (const controllers of [false, true]) {
    await using engine = await openEngine({ controllers });
    using stage = openStage(engine);
    for (const { name, one } of chosenOf(files, controllers)) {
      const transcript = transcripts.get(name)?.[one.title];
      outcomes.push(await replayCase(stage, { file: name, one, transcript }));
    }
  }
  return outcomes;
};

interface Recorded {
  readonly file: string;
  readonly one: Case;
  readonly transcript: Transcript | undefined;
}

const replayCase = async (stage: Stage, { file, one, transcript }: Recorded): Promise<Outcome> => {
  const { title, bullet, differs } = one;
  const answers = transcript?.answers ?? [];
  const outcome = (differences: readonly Difference[]): Outcome => ({
    file,
    title,
    bullet,
    differs,
    bug: bugs[`${file}: ${title}`],
    answers,
    differences,
  });
  if (transcript === undefined) return outcome(['it was not recorded: npm run oracle:record']);
  if (transcript.steps !== digestOf(one)) return outcome(['it was recorded with other steps']);
  try {
    return outcome(differencesOf(answers, await stage.play(one)));
  } catch (error) {
    return outcome([`it could not be played: ${error instanceof Error ? error.message : String(error)}`]);
  }
};
