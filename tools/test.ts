// `npm test`: runs every test, then says what was skipped and why. `--no-skips` makes a skip a failure.
// Arguments that are not options name the files or folders to run.
import { globSync } from 'node:fs';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const args = process.argv.slice(2);
const noSkips = args.includes('--no-skips');
const chosen = args.filter((arg) => !arg.startsWith('--'));
const everywhere = [
  'packages/*/src/**/*.test.ts',
  'packages/*/test/**/*.test.ts',
  'test/**/*.test.ts',
  'tools/**/*.test.ts',
  'examples/**/*.test.ts',
];
const patterns =
  chosen.length === 0
    ? everywhere
    : chosen.flatMap((place) => (place.endsWith('.ts') ? place : `${place}/**/*.test.ts`));
const files = globSync(patterns, { exclude: ['**/node_modules/**'] }).sort();

const counts = { passed: 0, failed: 0 };
const skipped = new Map<string, number>();

const stream = run({
  files,
  concurrency: 2,
  timeout: 300_000,
  execArgv: ['--disable-warning=ExperimentalWarning'],
});
stream.on('test:pass', ({ skip, details }) => {
  if (details.type === 'suite') return;
  if (skip === undefined || skip === false) counts.passed += 1;
  else {
    const reason = typeof skip === 'string' ? skip : 'no reason given';
    skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
  }
});
stream.on('test:fail', ({ todo }) => {
  if (todo === undefined || todo === false) counts.failed += 1;
});

for await (const text of stream.compose(new spec())) process.stdout.write(String(text));

const skips = [...skipped.values()].reduce((sum, count) => sum + count, 0);
for (const [reason, count] of skipped) console.log(`skipped ${count}: ${reason}`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${skips} skipped`);
if (noSkips && skips > 0) console.log('a skip counts as a failure here (--no-skips)');
process.exitCode = counts.failed > 0 || counts.passed === 0 || (noSkips && skips > 0) ? 1 : 0;
