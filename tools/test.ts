// `npm test`: runs every test, then says what was skipped and why. `--no-skips` makes a skip a failure.
// Arguments that are not options name the files or folders to run. The last line is the count.
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

const counts = { passed: 0, failed: 0, skipped: 0 };
const reasons = new Map<string, number>();
const started = performance.now();

const isOfItsTests = (error: Error): boolean =>
  'failureType' in error && error.failureType === 'subtestsFailed';

const stream = run({
  files,
  concurrency: 2,
  timeout: 300_000,
  execArgv: ['--disable-warning=ExperimentalWarning'],
});
stream.on('test:pass', ({ skip, details }) => {
  if (skip !== undefined && skip !== false) {
    // Of a suite that is skipped nothing else is heard.
    const reason = typeof skip === 'string' ? skip : 'no reason given';
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    counts.skipped += 1;
  } else if (details.type !== 'suite') counts.passed += 1;
});
stream.on('test:fail', ({ todo, details }) => {
  // A known bug is a test marked `todo`. What fails only by the tests in it has failed once.
  const isKnown = todo !== undefined && todo !== false;
  if (!isKnown && !isOfItsTests(details.error)) counts.failed += 1;
});

for await (const text of stream.compose(new spec())) process.stdout.write(String(text));

for (const [reason, count] of reasons) console.log(`skipped ${count}: ${reason}`);
if (noSkips && counts.skipped > 0) console.log('a skip counts as a failure here (--no-skips)');
console.log(`${files.length} files in ${((performance.now() - started) / 1000).toFixed(0)} s`);
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
const failed = counts.failed > 0 || counts.passed === 0 || (noSkips && counts.skipped > 0);
process.exitCode = failed ? 1 : 0;
