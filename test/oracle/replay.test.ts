// The engine answers what a real kube-apiserver answered. The report is printed at the end.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { bugs } from './bugs.ts';
import { bullets } from './bullets.ts';
import { readCorpus } from './corpus.ts';
import { replay } from './replay.ts';
import { bulletNames, isIdentical, renderReport, scoreOf } from './report.ts';

const outcomes = await replay(await readCorpus());
after(() => console.log(renderReport(outcomes)));

const namesOf = (chosen: typeof outcomes): string[] => chosen.map(({ file, title }) => `${file}: ${title}`);

test('What differs says why', () => {
  const unexplained = outcomes.filter(
    (outcome) => !isIdentical(outcome) && outcome.differs === undefined && outcome.bug === undefined,
  );
  assert.deepEqual(
    unexplained.map(({ file, title, differences }) => ({ case: `${file}: ${title}`, differences })),
    [],
  );
});

test('What is identical makes no excuses', () => {
  assert.deepEqual(
    namesOf(outcomes.filter((outcome) => isIdentical(outcome) && outcome.differs !== undefined)),
    [],
  );
});

test('Every known bug is of a case', () => {
  const names = new Set(namesOf(outcomes));
  assert.deepEqual(
    Object.keys(bugs).filter((name) => !names.has(name)),
    [],
  );
});

test('The page of differences and the corpus tell of the same ones', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/engine-differences.md'), 'utf8');
  const [, part = ''] = page.split('\n## What the oracle sees\n');
  const [told = ''] = part.split('\n## ');
  const headings = new Set([...told.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading));
  const named = new Set(outcomes.flatMap(({ differs }) => differs?.heading ?? []));
  assert.deepEqual(named, headings);
});

const ALL_LEAST = 0.97;
const BULLET_LEAST = 0.9;

test('Nearly everything is identical, in every line', () => {
  const all = scoreOf(outcomes);
  assert.ok(all.identical >= ALL_LEAST * all.total, `${all.identical} of ${all.total}`);
  for (const bullet of bulletNames) {
    const score = scoreOf(outcomes.filter((outcome) => outcome.bullet === bullet));
    assert.ok(
      score.identical >= BULLET_LEAST * score.total,
      `${bullets[bullet]}: ${score.identical} of ${score.total}`,
    );
  }
});
