// Documents that name files name files that are there.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { repositoryFiles } from './files.ts';

const documents = repositoryFiles('*.md');
const textOf = (file: string): string => readFileSync(file, 'utf8');

test('every link between documents leads somewhere', () => {
  const broken = documents.flatMap((file) =>
    [...textOf(file).matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
      .map((match) => match[1] ?? '')
      .filter((link) => !/^[a-z]+:/.test(link))
      .filter((link) => !existsSync(join(dirname(file), link)))
      .map((link) => `${file} → ${link}`),
  );
  assert.deepEqual(broken, []);
});

test('every file that a document names is there', () => {
  const paths = /`((?:packages|tools|docs|test|bench|examples|bin|\.ci)\/[\w./-]*\w)`/g;
  const gone = documents.flatMap((file) =>
    [...textOf(file).matchAll(paths)]
      .map((match) => match[1] ?? '')
      .filter((path) => !path.includes('NNNN') && !existsSync(path))
      .map((path) => `${file} names ${path}`),
  );
  assert.deepEqual(gone, []);
});

test('every decision has a number of its own, begins with its title and has a status', () => {
  const decisions = documents.filter((file) => file.startsWith('docs/decisions/'));
  const numbers = decisions.map((file) => basename(file).slice(0, 4));
  assert.deepEqual(numbers, [...new Set(numbers)]);
  for (const file of decisions) {
    assert.match(basename(file), /^\d{4}-[a-z0-9-]+\.md$/);
    assert.match(textOf(file), /^# .+\n\nStatus: (proposed|accepted|replaced by \d{4})\b/, file);
  }
});
