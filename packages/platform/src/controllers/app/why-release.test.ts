import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotations, type App, type EnvVar, type Release, rollbackMark } from '@fairlead/api';
import { aRelease, anApp, artifact, digestOf, noSource } from '../objects.fixture.ts';
import type { Snapshot } from './snapshot.ts';
import type { AppSource } from './source.ts';
import { summaryOf, whyRelease } from './why-release.ts';

const clear = (values: Readonly<Record<string, string>>): EnvVar[] =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const secret = (name: string, key: string): EnvVar => ({
  name: key,
  valueFrom: { secretKeyRef: { name, key } },
});

/** Secrets `one` and `same` hold the same. */
const values: Readonly<Record<string, string>> = { 'one/A': '1', 'same/A': '1', 'two/A': '2' };
const fingerprint = ({ value, valueFrom }: EnvVar): string => {
  const place = `${valueFrom?.secretKeyRef.name}/${valueFrom?.secretKeyRef.key}`;
  return valueFrom === undefined ? `=${value}` : values[place] === undefined ? place : `=${values[place]}`;
};

const snapshotOf = (release: Release, changes: Snapshot = {}): Snapshot => {
  const { source, runtime, image, env, processes } = release.spec;
  return { source, runtime, image, env, processes, ...changes };
};

interface Row {
  readonly says: string;
  readonly releases: readonly Release[];
  readonly next: Snapshot;
  readonly app?: App;
  readonly source?: AppSource;
  /** Empty: no release. */
  readonly summary: string;
}

const v1 = aRelease(1, { phase: 'Succeeded' });
const v2 = aRelease(2, { code: 'a', env: clear({ A: '1', B: '2' }), phase: 'Succeeded' });
const v3 = aRelease(3, { code: 'b', env: [], phase: 'Succeeded' });
const failed = aRelease(3, { code: 'b', phase: 'Failed', request: 'r1' });
const withCommit = { artifact: { digest: digestOf('c'), commit: '3f2c1a9d0e55' } };
const imageC = { name: 'shop-c', reference: 'registry/shop@c' };

const rows: readonly Row[] = [
  { says: 'the first', releases: [], next: {}, summary: 'created' },
  { says: 'nothing yet', releases: [v1], next: {}, summary: '' },
  {
    says: 'the first code',
    releases: [v1],
    next: snapshotOf(v2, { env: [] }),
    summary: 'deployed aaaaaaaaaaaa',
  },
  { says: 'nothing', releases: [v1, v2], next: snapshotOf(v2), summary: '' },
  {
    says: 'a commit',
    releases: [v1, v2],
    next: snapshotOf(v2, { source: withCommit, image: imageC }),
    summary: 'deployed 3f2c1a9',
  },
  {
    says: 'the commands of new code are its own',
    releases: [v1, v2],
    next: snapshotOf(v2, { source: withCommit, image: imageC, processes: { web: { command: ['other'] } } }),
    summary: 'deployed 3f2c1a9',
  },
  {
    says: 'another source of the same image',
    releases: [v1, v2],
    next: snapshotOf(v2, { source: withCommit }),
    summary: '',
  },
  {
    says: 'an image from elsewhere',
    releases: [v1, v2],
    next: snapshotOf(v2, { source: { image: 'nginx:1' }, image: { reference: 'nginx:1' } }),
    summary: 'deployed nginx:1',
  },
  {
    says: 'all that can happen to variables',
    releases: [v1, v2],
    next: snapshotOf(v2, { env: clear({ B: '3', C: '4', D: '5' }) }),
    summary: 'added C, D, changed B, removed A',
  },
  {
    says: 'the same variables in another order',
    releases: [v1, v2],
    next: snapshotOf(v2, { env: clear({ B: '2', A: '1' }) }),
    summary: '',
  },
  {
    says: 'a value that moves into a Secret, and from there into another',
    releases: [v1, aRelease(2, { code: 'a', env: [secret('one', 'A')] })],
    next: snapshotOf(v2, { env: [secret('same', 'A')] }),
    summary: '',
  },
  {
    says: 'another value in another Secret',
    releases: [v1, aRelease(2, { code: 'a', env: [secret('one', 'A')] })],
    next: snapshotOf(v2, { env: [secret('two', 'A')] }),
    summary: 'changed A',
  },
  {
    says: 'Secrets that nobody can read are compared by their place',
    releases: [v1, aRelease(2, { code: 'a', env: [secret('gone', 'A')] })],
    next: snapshotOf(v2, { env: [secret('lost', 'A')] }),
    summary: 'changed A',
  },
  {
    says: 'a command, and a process more',
    releases: [v1, v2],
    next: snapshotOf(v2, { processes: { web: { command: ['x'] }, cron: { command: ['y'] } } }),
    summary: 'changed the command of web, cron',
  },
  {
    says: 'code and configuration together',
    releases: [v1, v2],
    next: snapshotOf(v2, { source: withCommit, image: imageC, env: clear({ A: '1', B: '2', C: '3' }) }),
    summary: 'deployed 3f2c1a9, added C',
  },
  {
    says: 'a way back',
    releases: [v1, v2, v3],
    next: snapshotOf(v2),
    app: anApp({}, { [annotations.rolledBackTo]: rollbackMark(2, 3) }),
    source: artifact('a'),
    summary: 'rolled back to v2',
  },
  {
    says: 'a way back that does not lead all the way is told as what it is',
    releases: [v1, v2, v3],
    next: snapshotOf(v2, { env: clear({ A: '1' }) }),
    app: anApp({}, { [annotations.rolledBackTo]: rollbackMark(2, 3) }),
    source: artifact('a'),
    summary: 'deployed aaaaaaaaaaaa, added A',
  },
  {
    says: 'a way back from the very same',
    releases: [v1, v2],
    next: snapshotOf(v2),
    app: anApp({}, { [annotations.rolledBackTo]: rollbackMark(2, 2) }),
    source: artifact('a'),
    summary: '',
  },
  {
    says: 'a failed release, asked for again',
    releases: [v1, v2, failed],
    next: snapshotOf(failed),
    app: anApp({ buildRequest: 'r2' }),
    source: artifact('b'),
    summary: 'tried v3 again',
  },
  {
    says: 'a failed release, not asked for again',
    releases: [v1, v2, failed],
    next: snapshotOf(failed),
    app: anApp({ buildRequest: 'r1' }),
    source: artifact('b'),
    summary: '',
  },
  {
    says: 'a failed release while a newer source cannot be built',
    releases: [v1, v2, failed],
    next: snapshotOf(failed),
    app: anApp({ buildRequest: 'r2' }),
    source: artifact('d'),
    summary: '',
  },
  {
    says: 'a release that succeeded, asked for again',
    releases: [v1, v2],
    next: snapshotOf(v2),
    app: anApp({ buildRequest: 'r2' }),
    source: artifact('a'),
    summary: '',
  },
];

describe('whyRelease', () => {
  for (const { says, releases, next, app = anApp(), source = noSource, summary } of rows)
    it(says, () => {
      const reasons = whyRelease({ app, releases, source, fingerprint }, next);
      assert.equal(summaryOf(reasons), summary);
    });
});
