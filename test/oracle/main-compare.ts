// `npm run oracle:compare [-- words]`: plays the corpus, or the files and titles with these words, on the engine, and
// shows where its answers are not the recorded ones.
import { readCorpus } from './corpus.ts';
import { replay } from './replay.ts';
import { isIdentical, renderReport } from './report.ts';

const SHOWN = 12;
const outcomes = await replay(await readCorpus(process.argv.slice(2)));
for (const { file, title, differences } of outcomes.filter((outcome) => !isIdentical(outcome))) {
  console.log(`✘ ${file}: ${title}`);
  for (const difference of differences.slice(0, SHOWN)) console.log(`    ${difference}`);
  if (differences.length > SHOWN) console.log(`    … and ${differences.length - SHOWN} more`);
}
console.log(renderReport(outcomes));
