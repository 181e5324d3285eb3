// `npm run check`: everything that can be said of the code without running it. Twelve seconds on two cores.
import { globSync } from 'node:fs';
import { runScript } from './run.ts';

const checks: readonly (readonly [string, readonly string[]])[] = [
  ['lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings']],
  ['types', ['node_modules/typescript7/bin/tsc', '-p', '.']],
  ['format', ['node_modules/@biomejs/biome/bin/biome', 'format', '.']],
  ['structure', ['--test', '--test-reporter=spec', ...globSync('tools/*.test.ts').sort()]],
  ['generated', ['tools/generate.ts', '--check']],
];

const started = performance.now();
const finished = await Promise.all(
  checks.map(async ([name, args]) => {
    const result = await runScript(name, args);
    console.log(`${result.ok ? '✔' : '✘'} ${name} (${result.seconds.toFixed(1)} s)`);
    return result;
  }),
);

/** Of the tests only what failed: the rest is noise here. */
const shown = (name: string, output: string): string =>
  name === 'structure' ? (output.split('✖ failing tests:')[1] ?? output) : output;

const failed = finished.filter(({ ok }) => !ok);
for (const { name, output } of failed) console.log(`\n── ${name}\n${shown(name, output).trim()}`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
const verdict = failed.length === 0 ? 'all is well' : `${failed.map(({ name }) => name).join(', ')} failed`;
console.log(`\n${verdict} (${seconds} s)`);
process.exitCode = failed.length === 0 ? 0 : 1;
