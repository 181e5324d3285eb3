// `npm run check`: everything that can be said of the code without running it.
import { runScript } from './run.ts';

const checks: readonly (readonly [string, readonly string[]])[] = [
  ['format', ['node_modules/@biomejs/biome/bin/biome', 'format', '.']],
  ['types', ['node_modules/typescript7/bin/tsc', '-p', '.']],
  ['lint', ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings']],
  ['structure', ['--test', '--test-reporter=spec', 'tools/structure.test.ts']],
  ['generated', ['tools/generate.ts', '--check']],
];

const finished = await Promise.all(
  checks.map(async ([name, args]) => {
    const result = await runScript(name, args);
    console.log(`${result.ok ? '✔' : '✘'} ${name} (${result.seconds.toFixed(1)} s)`);
    return result;
  }),
);

for (const { name, ok, output } of finished) {
  if (!ok) console.log(`\n── ${name}\n${output}`);
}
process.exitCode = finished.every(({ ok }) => ok) ? 0 : 1;
