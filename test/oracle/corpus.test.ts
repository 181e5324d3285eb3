// What the corpus must hold, so that its report means something.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bullet, bullets } from './bullets.ts';
import type { Normal } from './normalise.ts';
import { readCorpus } from './corpus.ts';
import { subjectOf } from './subject.ts';
import { readTranscripts } from './transcripts.ts';

const LEAST = 400;
const LEAST_REFUSED = 150;
const LEAST_OF_A_LINE = 10;
const MOST_OF_A_SUBJECT = 10;

const files = await readCorpus();
const cases = files.flatMap(({ cases: own }) => own);

test('No two cases of a file have one title', () => {
  for (const { name, cases: own } of files) {
    const titles = own.map(({ title }) => title);
    assert.deepEqual([...new Set(titles)], titles, name);
  }
});

test('There are enough cases, of every line', () => {
  assert.ok(cases.length >= LEAST, `${cases.length}`);
  for (const bullet of Object.keys(bullets) as Bullet[]) {
    const count = cases.filter((one) => one.bullet === bullet).length;
    assert.ok(count >= LEAST_OF_A_LINE, `${bullets[bullet]}: ${count}`);
  }
});

test('No kind and verb has more than its share', () => {
  const subjects = files.flatMap(({ name, cases: own }) => own.map((one) => subjectOf(name, one)));
  const counts = [...Map.groupBy(subjects, (subject) => subject)].map(([subject, all]) => ({
    subject,
    count: all.length,
  }));
  assert.deepEqual(
    counts.filter(({ count }) => count > MOST_OF_A_SUBJECT),
    [],
  );
});

test('Many of them are refused', () => {
  const answers = files.flatMap(({ name }) => Object.values(readTranscripts(name)).map((one) => one.answers));
  assert.ok(answers.filter((given) => given.some(refuses)).length >= LEAST_REFUSED);
});

/** A watch refuses inside its stream. */
const refuses = ({ status, body }: Normal): boolean =>
  status >= 400 ||
  ('frames' in body && body.frames.some((frame) => (frame as { readonly type: string }).type === 'ERROR'));
