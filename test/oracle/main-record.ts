// `npm run oracle:record [-- words]`: plays the corpus, or the files and titles with these words, against a real
// control plane and renews the transcripts.
import type { Case } from './case.ts';
import { chosenOf, type CorpusFile, readCorpus } from './corpus.ts';
import { openCluster } from './sides.ts';
import { openStage, playSteadily, type Stage } from './stage.ts';
import { digestOf, readTranscripts, type Transcript, writeTranscripts } from './transcripts.ts';

const record = async (stage: Stage, { title, ...rest }: Case): Promise<Transcript | undefined> => {
  try {
    const answers = await playSteadily(stage, { title, ...rest });
    return { steps: digestOf({ title, ...rest }), answers };
  } catch (error) {
    console.log(`✘ ${title}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    return undefined;
  }
};

/** Transcripts of cases that are no more go with a recording of the whole corpus. */
const save = async ({ name }: CorpusFile, recorded: ReadonlyMap<string, Transcript>): Promise<void> => {
  const [whole] = (await readCorpus()).filter((file) => file.name === name);
  const before = readTranscripts(name);
  const entries = (whole?.cases ?? []).flatMap(({ title }): [string, Transcript][] => {
    const transcript = recorded.get(title) ?? before[title];
    return transcript === undefined ? [] : [[title, transcript]];
  });
  writeTranscripts(name, Object.fromEntries(entries));
};

const files = await readCorpus(process.argv.slice(2));
await using cluster = await openCluster();
using stage = openStage(cluster);
const recordings = new Map(files.map(({ name }) => [name, new Map<string, Transcript>()]));
const recordAll = async (controllers: boolean): Promise<void> => {
  for (const { name, one } of chosenOf(files, controllers)) {
    const transcript = await record(stage, one);
    if (transcript !== undefined) recordings.get(name)?.set(one.title, transcript);
  }
};
await recordAll(false);
if (chosenOf(files, true).length > 0) {
  // Once they run, the controllers cannot be kept away from what the other cases make: so these come last.
  await cluster.startControllers();
  await recordAll(true);
}
for (const file of files) {
  const recorded = recordings.get(file.name) ?? new Map();
  await save(file, recorded);
  console.log(`${file.name}: ${recorded.size} of ${file.cases.length} recorded`);
}
