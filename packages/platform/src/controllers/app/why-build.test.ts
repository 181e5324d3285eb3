import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotations, type App, type Release, rollbackMark } from '@fairlead/api';
import { aRelease, anApp, artifact } from '../objects.fixture.ts';
import type { AppSource } from './source.ts';
import { basisOf, rolledBackTo, whyBuild } from './why-build.ts';

interface Row {
  readonly says: string;
  readonly source: AppSource;
  readonly releases?: readonly Release[];
  readonly runtime?: string;
  readonly mark?: string;
  readonly why: readonly string[];
  /** Number of the release whose image may serve again. */
  readonly basis?: number;
}

const created = aRelease(1);
const history = [created, aRelease(2, { code: 'a' }), aRelease(3, { code: 'b' })];

const rows: readonly Row[] = [
  { says: 'no source', source: { kind: 'none' }, releases: [created], why: [] },
  {
    says: 'an image from elsewhere',
    source: { kind: 'image', reference: 'nginx' },
    releases: [created],
    why: [],
  },
  { says: 'the first source', source: artifact('a'), releases: [created], why: ['FirstBuild'] },
  { says: 'the same source', source: artifact('b'), why: [], basis: 3 },
  { says: 'another source', source: artifact('c'), why: ['SourceMoved'], basis: 3 },
  { says: 'an older source, pushed again', source: artifact('a'), why: ['SourceMoved'], basis: 3 },
  { says: 'another runtime', source: artifact('b'), runtime: 'go', why: ['RuntimeMoved'], basis: 3 },
  { says: 'the same runtime, by name', source: artifact('b'), runtime: 'python', why: [], basis: 3 },
  { says: 'both', source: artifact('c'), runtime: 'go', why: ['SourceMoved', 'RuntimeMoved'], basis: 3 },
  { says: 'asked back', source: artifact('a'), mark: rollbackMark(2, 3), why: [], basis: 2 },
  { says: 'asked back by a bare number', source: artifact('a'), mark: '2', why: [], basis: 2 },
  {
    says: 'asked back before the newest',
    source: artifact('a'),
    mark: rollbackMark(2, 2),
    why: ['SourceMoved'],
    basis: 3,
  },
  {
    says: 'asked back, then pushed',
    source: artifact('c'),
    mark: rollbackMark(2, 3),
    why: ['SourceMoved'],
    basis: 3,
  },
  {
    says: 'asked back to what never was',
    source: artifact('b'),
    mark: rollbackMark(9, 3),
    why: [],
    basis: 3,
  },
  { says: 'asked back in words', source: artifact('b'), mark: 'v2', why: [], basis: 3 },
];

describe('whyBuild', () => {
  for (const { says, source, releases = history, runtime, mark, why, basis } of rows) {
    it(says, () => {
      const app: App = anApp(
        runtime === undefined ? {} : { runtime },
        mark === undefined ? {} : { [annotations.rolledBackTo]: mark },
      );
      const facts = { app, releases, source };
      assert.deepEqual(whyBuild(facts), why);
      if (basis !== undefined) assert.equal(basisOf(facts)?.spec.version, basis);
    });
  }

  it('knows an image from elsewhere again when it is asked back', () => {
    const elsewhere = aRelease(2, { code: 'a' });
    const releases = [created, { ...elsewhere, spec: { ...elsewhere.spec, source: { image: 'nginx' } } }];
    const app = anApp({}, { [annotations.rolledBackTo]: rollbackMark(2, 2) });
    const back = rolledBackTo({ app, releases, source: { kind: 'image', reference: 'nginx' } });
    assert.equal(back?.spec.version, 2);
  });
});
