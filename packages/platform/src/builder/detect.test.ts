import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FairleadError } from '@fairlead/api/errors';
import { detectRuntime } from './detect.ts';
import { matchesPath, type NamedRuntime } from './runtime.ts';

const runtime = (name: string, files: string[], priority?: number): NamedRuntime => ({
  name,
  spec: { detect: { files }, ...(priority === undefined ? {} : { priority }) },
});

const runtimes = [
  runtime('static', ['index.html'], 900),
  runtime('python', ['requirements.txt', 'app.py']),
  runtime('node', ['package.json']),
  runtime('dotnet', ['*.csproj']),
  runtime('functions', ['functions.yaml'], 10),
];

const table: readonly [paths: string[], name: string, why: string][] = [
  [['app.py', 'x'], 'python', 'the source has app.py'],
  [['app.py', 'requirements.txt'], 'python', 'the source has requirements.txt'],
  [['index.html', 'package.json'], 'node', 'the source has package.json'],
  [['index.html'], 'static', 'the source has index.html'],
  // The same priority: the name decides.
  [['app.py', 'package.json'], 'node', 'the source has package.json'],
  [['app.py', 'functions.yaml'], 'functions', 'the source has functions.yaml'],
  [['Shop.csproj'], 'dotnet', 'the source has Shop.csproj'],
];

describe('the runtime', () => {
  for (const [paths, name, why] of table) {
    it(`of ${paths.join(', ')} is ${name}`, () => {
      for (const list of [runtimes, runtimes.toReversed()]) {
        const found = detectRuntime({ app: 'shop', paths, runtimes: list });
        assert.deepEqual([found.runtime.name, found.why], [name, why]);
      }
    });
  }

  it('is the one that was chosen, whatever the files', () => {
    const found = detectRuntime({ app: 'shop', paths: ['app.py'], runtimes, chosen: 'static' });
    assert.deepEqual([found.runtime.name, found.why], ['static', 'the app names it']);
  });

  const refusal = (paths: string[], chosen?: string): FairleadError => {
    try {
      detectRuntime({ app: 'shop', paths, runtimes, chosen });
    } catch (error) {
      if (error instanceof FairleadError) return error;
    }
    return assert.fail('it was not refused');
  };

  it('is not found in a source without a sign of one', () => {
    for (const paths of [[], ['README.md'], ['sub/app.py'], ['sub/Shop.csproj'], ['xapp.py']]) {
      const error = refusal(paths);
      assert.equal(error.code, 'E_BUILD_NO_RUNTIME');
      assert.match(
        error.why,
        /functions\.yaml, \*\.csproj, package\.json, requirements\.txt, app\.py, index/,
      );
    }
  });

  it('that nobody knows is refused with those that are known', () => {
    const error = refusal(['app.py'], 'cobol');
    assert.equal(error.code, 'E_BUILD_UNKNOWN_RUNTIME');
    assert.match(error.why, /functions, dotnet, node, python, static$/);
  });
});

const patterns: readonly [pattern: string, path: string, matches: boolean][] = [
  ['a.txt', 'a.txt', true],
  ['a.txt', 'axtxt', false],
  ['a.txt', 'x/a.txt', false],
  ['*.txt', 'b.txt', true],
  ['*.txt', 'x/b.txt', false],
  ['x/*.txt', 'x/b.txt', true],
  ['wheels/', 'wheels/a/b', true],
  ['wheels/', 'wheels', false],
  ['wheels/', 'wheels2/a', false],
  ['a+(b)[c].*', 'a+(b)[c].d', true],
];

describe('a path pattern', () => {
  for (const [pattern, path, matches] of patterns) {
    it(`${pattern} ${matches ? 'is' : 'is not'} ${path}`, () =>
      assert.equal(matchesPath(pattern, path), matches));
  }
});
