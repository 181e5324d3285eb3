import { systemClock } from '@fairlead/kube';
import assert from 'node:assert/strict';
import {
  appendFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { LogKeeper } from './follow.ts';
import { partLimit } from './line.ts';
import { type LogQuery, readLog } from './read.ts';
import type { LogLimits } from './rotation.ts';
import { type FindLog, startNodeServer } from './server.ts';

const all: LogQuery = { follow: false, timestamps: false };

describe('logs', () => {
  let folder: string;
  let raw: string;
  let log: string;
  const keepers: LogKeeper[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'log-'));
    [raw, log] = [join(folder, 'output'), join(folder, 'log')];
  });
  afterEach(async () => {
    await Promise.all(keepers.splice(0).map((keeper) => keeper.close()));
    await rm(folder, { recursive: true });
  });

  async function keep(limits?: LogLimits): Promise<LogKeeper> {
    const onError = (error: Error) => assert.fail(error);
    const keeper = await LogKeeper.open({ raw, log, clock: systemClock, limits, onError });
    keepers.push(keeper);
    return keeper;
  }

  async function read(query: Partial<LogQuery> = {}, live?: LogKeeper): Promise<string> {
    const pieces: Buffer[] = [];
    const signal = AbortSignal.timeout(5000);
    for await (const piece of readLog({ path: log, query: { ...all, ...query }, live, signal }))
      pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  async function kept(text: string): Promise<void> {
    await writeFile(raw, text);
    await (await keep()).finish();
  }

  test('output becomes records with a time and comes back as it was', async () => {
    await kept('one\n\ntwo ü\nno newline');
    const records = (await readFile(log, 'utf8')).split('\n');
    assert.match(records[0] ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z stdout F one$/);
    assert.match(records[3] ?? '', / stdout P no newline$/);
    assert.equal(await read(), 'one\n\ntwo ü\nno newline');
  });

  test('a line without end is cut into parts and comes back whole', async () => {
    const long = `${'x'.repeat(3 * partLimit + 5)}\n${'y'.repeat(partLimit)}\n`;
    await kept(long);
    const tags = [...(await readFile(log, 'latin1')).matchAll(/stdout (.)/g)].map((match) => match[1]);
    assert.equal(tags.join(''), 'PPPFF');
    assert.equal(await read(), long);
  });

  test('the tail, the last seconds and the first bytes can be asked for', async () => {
    await kept(Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`).join(''));
    assert.equal(await read({ tailLines: 2 }), 'line 19998\nline 19999\n');
    assert.equal((await read({ tailLines: 15_000 })).split('\n').length, 15_001);
    assert.equal((await read({ tailLines: 30_000 })).split('\n').length, 20_001);
    assert.equal(await read({ tailLines: 0 }), '');
    assert.equal(await read({ limitBytes: 10 }), 'line 0\nlin');
    assert.equal(await read({ since: Date.now() + 1000 }), '');
    assert.equal((await read({ since: Date.now() - 60_000 })).length, (await read()).length);
    assert.match(await read({ tailLines: 1, timestamps: true }), /^\d{4}-.*Z line 19999\n$/);
  });

  test('who follows sees what comes, until the container ends', async () => {
    const keeper = await keep();
    await appendFile(raw, 'early\n');
    const reading = read({ follow: true }, keeper);
    await changed(keeper, async () => (await read()) === 'early\n');
    await appendFile(raw, 'late\nunfinished');
    await changed(keeper, async () => (await read()) === 'early\nlate\n');
    await keeper.finish();
    assert.equal(await reading, 'early\nlate\nunfinished');
  });

  test('a keeper that cannot be opened leaves no file open', async () => {
    await mkdir(raw);
    const openFiles = async () => (await readdir('/proc/self/fd')).length;
    const before = await openFiles();
    await assert.rejects(keep());
    assert.equal(await openFiles(), before);
  });

  test('a keeper that was killed anywhere is continued to the byte', async () => {
    const text = `${Array.from({ length: 50 }, (_, at) => `${'z'.repeat(at)}\n`).join('')}${'p'.repeat(partLimit + 9)}\nend`;
    await kept(text);
    const { length } = await readFile(log);
    for (let cut = 0; cut < length; cut += 97) {
      await truncate(log, cut); // What a kill in the middle of a write leaves.
      await (await keep()).finish();
      assert.equal(await read(), text, `cut at ${cut}`);
    }
  });

  const texts = async (): Promise<string[]> => {
    const names = (await readdir(folder)).filter((name) => name.startsWith('log'));
    const begin = (name: string) => Number(/\.(\d+)-/.exec(name)?.[1] ?? Number.MAX_SAFE_INTEGER);
    const inOrder = names.toSorted((a, b) => begin(a) - begin(b));
    const signal = AbortSignal.timeout(5000);
    return Promise.all(
      inOrder.map(async (name) => {
        const pieces: Buffer[] = [];
        for await (const piece of readLog({ path: join(folder, name), query: all, signal }))
          pieces.push(piece);
        return Buffer.concat(pieces).toString();
      }),
    );
  };

  test('a large log goes on in another file, the oldest goes, and who follows misses nothing', async () => {
    const lines = Array.from({ length: 60 }, (_, at) => `line ${at} ${'x'.repeat(2000)}\n`);
    const keeper = await keep({ maxBytes: 20_000, maxFiles: 3 });
    const reading = read({ follow: true }, keeper);
    for (const line of lines) {
      const before = keeper.turns;
      await appendFile(raw, line);
      await changed(keeper, async () => keeper.turns > before || (await read()).endsWith(line));
    }
    await keeper.finish();
    assert.equal(await reading, lines.join(''));
    const files = await texts();
    assert.equal(files.length, 3);
    assert.ok(lines.join('').endsWith(files.join('')), 'what is kept is the end');
    const { size, blocks } = await stat(raw);
    assert.equal(size, lines.join('').length);
    assert.ok(blocks * 512 < size / 2, `${blocks * 512} of ${size} bytes are on the disk`);
  });

  test('a keeper that was killed after any number of files is continued to the byte', async () => {
    const limits = { maxBytes: 500, maxFiles: 100 };
    const text = Array.from({ length: 80 }, (_, at) => `${at} ${'y'.repeat(at)}\n`).join('');
    for (let at = 0; at < text.length; at += 333) {
      await appendFile(raw, text.slice(at, at + 333));
      const keeper = await keep(limits);
      await keeper.close();
    }
    await (await keep(limits)).finish();
    assert.equal((await texts()).join(''), text);
    assert.ok((await texts()).length > 5);
  });

  test('a keeper that was killed between two files finds its place again', async () => {
    await kept('one\ntwo\n');
    await link(log, `${log}.0-8`);
    await appendFile(raw, 'three\n');
    await (await keep()).finish();
    assert.deepEqual(await texts(), ['one\ntwo\n', 'three\n']);
  });

  describe('served on a socket', () => {
    const find: FindLog = ({ pod, container, previous }) => {
      if (pod !== 'shop') return { status: 404, message: `pods "${pod}" not found` };
      if (previous) return { status: 400, message: 'previous terminated container "web" not found' };
      return { path: log, live: container === 'web' ? keepers[0] : undefined };
    };
    const nothing = { status: 404, message: 'nothing' } as const;
    const usage = () => Promise.resolve({});
    const sessions = { open: () => nothing, dial: () => nothing };
    let server: Awaited<ReturnType<typeof startNodeServer>>;
    const options = () => ({
      socket: join(folder, 'agent.sock'),
      findLog: find,
      sessions,
      usage,
      clock: systemClock,
    });
    beforeEach(async () => {
      server = await startNodeServer(options());
    });
    afterEach(() => server.close());

    test('a whole log, a part of it, or why not', async () => {
      await kept('one\ntwo\n');
      assert.deepEqual(await get('/containerLogs/default/shop/web'), [200, 'one\ntwo\n']);
      assert.deepEqual(await get('/containerLogs/default/shop/web?tailLines=1'), [200, 'two\n']);
      assert.deepEqual(await get('/containerLogs/default/gone/web'), [404, 'pods "gone" not found']);
      assert.equal((await get('/containerLogs/default/shop/web?previous=true'))[0], 400);
      assert.equal((await get('/containerLogs/default/shop/web?tailLines=x'))[0], 400);
      assert.equal((await get('/else'))[0], 404);
    });

    test('following ends with the container', async () => {
      const keeper = await keep();
      await appendFile(raw, 'one\n');
      const answer = get('/containerLogs/default/shop/web?follow', (text) => {
        if (text === 'one\n') void appendFile(raw, 'two\n').then(() => keeper.finish());
      });
      assert.deepEqual(await answer, [200, 'one\ntwo\n']);
    });

    test('a second agent does not take the place of one that runs', async () => {
      await assert.rejects(startNodeServer(options()), /another node agent is running/);
      await server.close();
      server = await startNodeServer(options());
    });

    const get = (path: string, onText: (text: string) => void = () => {}): Promise<[number, string]> =>
      new Promise((done, fail) => {
        const sent = request({ socketPath: join(folder, 'agent.sock'), path }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => {
            text += piece;
            onText(text);
          });
          response.once('end', () => done([response.statusCode ?? 0, text]));
        });
        sent.once('error', fail);
        sent.end();
      });
  });
});

function changed(keeper: LogKeeper, holds: () => Promise<boolean>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => void holds().then((yes) => (yes ? resolve() : undefined), reject);
  const stop = keeper.onChange(look);
  const timer = setTimeout(() => reject(new Error('it did not come')), 5000);
  look();
  return promise.finally(() => {
    stop();
    clearTimeout(timer);
  });
}
