// `npm run bench [ID…]`: runs the benchmarks one after the other and renders docs/benchmarks.md from
// what they found. Nothing else should run on the machine meanwhile.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { render, type Result } from './figure.ts';

/** What each figure is about, and the file that finds it; one file may find several. */
const benches = {
  P1: { file: 'p1.ts', about: 'A warm deploy: a stamp in the source, git push, the page shows it.' },
  P5: {
    file: 'p5.ts',
    about: 'A pod from its creation to Ready, ten a second, with a node agent of its own.',
  },
  P6: { file: 'p6.ts', about: 'From the start of a process to the first answer.' },
  P8: { file: 'memory.ts', about: 'What one more pod takes in the memory of an engine.' },
  P9: { file: 'api.ts', about: 'Durable creates over TLS, 64 clients, beside kube-apiserver with etcd.' },
  'P9-store': { file: 'store.ts', about: 'Durable writes of the store alone, 64 writers.' },
  'P9-fairness': { file: 'fairness.ts', about: 'One user’s tenfold load, as the others notice it.' },
  P10: { file: 'api.ts', about: 'Gets, a list and a deletecollection, beside kube-apiserver with etcd.' },
  P11: { file: 'watch.ts', about: 'Watches: 100 watchers, each with a TLS connection.' },
  P12: {
    file: 'p12.ts',
    about: 'kwok’s fake nodes: 5,000 nodes and 10,000 pods, until all are ready, running, gone.',
  },
  'P13-toolkit': {
    file: 'p13.ts',
    about: 'An operator with a crowd of objects: one more to be reconciled, and all after a restart.',
  },
  P19: { file: 'build.ts', about: 'What a build costs beside its own tools.' },
} as const;

const asked = process.argv.slice(2);
const files = new Set(
  Object.entries(benches)
    .filter(([id]) => asked.length === 0 || asked.includes(id))
    .map(([, { file }]) => file),
);
for (const file of files) {
  console.log(`── ${file}`);
  const { status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, file)],
    { stdio: 'inherit' },
  );
  if (status !== 0) process.exitCode = 1;
}

const section = (id: string): string[] => {
  const about = Object.hasOwn(benches, id) ? benches[id as keyof typeof benches].about : '';
  const file = join(import.meta.dirname, 'results', `${id}.json`);
  const rows = JSON.parse(readFileSync(file, 'utf8')) as Result[];
  const measured = statSync(file).mtime.toISOString().slice(0, 10);
  const lines = rows.map(({ name, value, unit = '', judged, met }) => {
    const budget = judged === undefined ? '' : `${judged} ${unit}`;
    return `| ${name} | ${render(value)} ${unit} | ${budget} | ${met === undefined ? '' : met ? 'met' : '**not met**'} |`;
  });
  return [
    `## ${id}`,
    '',
    `${about} Measured on ${measured}.`,
    '',
    '| figure | value | budget | |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ];
};

const ids = readdirSync(join(import.meta.dirname, 'results'))
  .map((file) => file.replace('.json', ''))
  .sort((a, b) => Number.parseInt(a.slice(1), 10) - Number.parseInt(b.slice(1), 10));
const memory = Math.round(totalmem() / 2 ** 30);
writeFileSync(
  join(import.meta.dirname, '../docs/benchmarks.md'),
  [
    '# Benchmarks',
    '',
    `Written by \`npm run bench\` on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}) with ${memory} GiB, Node ${process.versions.node}.`,
    'Times move by a third on a shared machine; ratios within one run are what counts. Budgets are in `bench/budgets.json`.',
    '',
    ...ids.flatMap(section),
  ].join('\n'),
);
console.log('wrote docs/benchmarks.md');
