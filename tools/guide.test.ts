// The code in the guide is the code of the examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { repositoryFiles } from './files.ts';

/** A block of code that names the file it is from. */
const block = /```\w+\n\/\/ (examples\/\S+)\n([\s\S]*?)```/g;

for (const page of repositoryFiles('docs/guide/*.md')) {
  for (const [, file = '', code = ''] of readFileSync(page, 'utf8').matchAll(block)) {
    test(`${page} shows ${file} as it is`, () => {
      const text = readFileSync(file, 'utf8');
      assert.ok(text.includes(code.trimEnd()), `${file} does not say\n${code}`);
    });
  }
}
