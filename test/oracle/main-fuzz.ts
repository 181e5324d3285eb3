// `npm run oracle:fuzz [-- COUNT [SEED]]`: cases made of the corpus by chance, on the real API server and on the engine.
import { randomInt } from 'node:crypto';
import { fuzz } from './fuzz.ts';

const [count = '1000', seed = String(randomInt(2 ** 31))] = process.argv.slice(2);
const SHOWN = 4;
const { played, unsteady, found } = await fuzz(Number(seed), Number(count));
for (const { played: one, changes, differences } of found) {
  console.log(`✘ ${one.title} (${changes.join(', ')})`);
  for (const difference of differences.slice(0, SHOWN)) console.log(`    ${difference}`);
}
const identical = played - found.length;
console.log(
  `seed ${seed}: ${identical} of ${played} identical, ${found.length} different; ${unsteady} left out, as the real one answers otherwise when given time`,
);
