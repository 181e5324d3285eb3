import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { annotations, type App, rollbackMark } from '@fairlead/api';
import { aRelease, anApp, artifact, builtImage, digestOf, noSource } from '../objects.fixture.ts';
import type { Build } from './build.ts';
import { desiredSnapshot, type Snapshot } from './snapshot.ts';
import type { AppSource } from './source.ts';

const image = builtImage('a');
const releases = [aRelease(1), aRelease(2, { code: 'a' }), aRelease(3, { code: 'b' })];
const images = [image, builtImage('b', { web: { command: ['serve b'] } })];
const codeOf = (code: string, command: string): Snapshot => ({
  source: { artifact: { digest: digestOf(code) } },
  runtime: 'python',
  image: { name: `shop-${code}`, reference: `registry/shop@${code}` },
  processes: { web: { command: [command] } },
});

interface Row {
  readonly says: string;
  readonly build: Build;
  readonly app?: App;
  readonly source?: AppSource;
  readonly first?: true;
  readonly snapshot: Snapshot | undefined;
}

const rows: readonly Row[] = [
  { says: 'nothing yet', build: { kind: 'none' }, first: true, snapshot: {} },
  {
    says: 'a build that runs decides nothing',
    build: { kind: 'running', image, reasons: [] },
    snapshot: undefined,
  },
  {
    says: 'a build that is ready',
    build: { kind: 'ready', image },
    source: { ...artifact('a'), commit: '3f2c1a9' } as AppSource,
    snapshot: { ...codeOf('a', 'serve'), source: { artifact: { digest: digestOf('a'), commit: '3f2c1a9' } } },
  },
  {
    says: 'its commands, with the app’s own over them, and one more process',
    build: { kind: 'ready', image },
    source: artifact('a'),
    app: anApp({
      processes: { web: { command: ['mine'] }, cron: { command: ['c'] }, worker: { replicas: 2 } },
    }),
    snapshot: { ...codeOf('a', 'mine'), processes: { web: { command: ['mine'] }, cron: { command: ['c'] } } },
  },
  {
    says: 'the code of the newest',
    build: { kind: 'keep' },
    source: artifact('b'),
    snapshot: codeOf('b', 'serve b'),
  },
  {
    says: 'the code that is asked back',
    build: { kind: 'keep' },
    source: artifact('a'),
    app: anApp({}, { [annotations.rolledBackTo]: rollbackMark(2, 3) }),
    snapshot: codeOf('a', 'serve'),
  },
  {
    says: 'a failed build keeps the code and takes the configuration',
    build: { kind: 'failed', reason: 'E_BUILD_FAILED', message: '' },
    source: artifact('c'),
    app: anApp({ env: [{ name: 'A', value: '1' }] }),
    snapshot: { ...codeOf('b', 'serve b'), env: [{ name: 'A', value: '1' }] },
  },
  {
    says: 'a failed build with no code before it',
    build: { kind: 'failed', reason: 'E_BUILD_FAILED', message: '' },
    source: artifact('c'),
    first: true,
    snapshot: {},
  },
  {
    says: 'an image from elsewhere starts by itself',
    build: { kind: 'external', reference: 'nginx' },
    snapshot: {
      source: { image: 'nginx' },
      image: { reference: 'nginx' },
      processes: { web: { command: [] } },
    },
  },
];

describe('desiredSnapshot', () => {
  for (const { says, build, app = anApp(), source = noSource, first, snapshot } of rows)
    it(says, () => {
      const history = first ? releases.slice(0, 1) : releases;
      assert.deepEqual(desiredSnapshot({ app, releases: history, images, source }, build), snapshot);
    });

  it('takes the commands from the release when its Image is gone', () => {
    const facts = { app: anApp(), releases, images: [], source: artifact('b') };
    assert.deepEqual(desiredSnapshot(facts, { kind: 'keep' })?.processes, { web: { command: ['serve'] } });
  });
});
