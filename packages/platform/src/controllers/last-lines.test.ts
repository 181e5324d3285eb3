import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Client, LogOptions } from '@fairlead/kube';
import { lastLines } from './last-lines.ts';

/** A client of which only the logs are asked. */
const printing = (chunks: () => AsyncGenerator<Uint8Array>, asked: LogOptions[] = []): Client =>
  ({
    logs: (_pod: unknown, options: LogOptions) => {
      asked.push(options);
      return chunks();
    },
  }) as unknown as Client;

const place = { pod: { name: 'p' }, container: 'web', signal: AbortSignal.abort() };

describe('the last lines of a log', () => {
  it('are asked for as such, and joined whatever the chunks', async () => {
    const asked: LogOptions[] = [];
    const bytes = Buffer.from('grün\nrot\n\n');
    const client = printing(async function* () {
      for (const byte of bytes) yield Buffer.from([byte]);
    }, asked);
    assert.equal(await lastLines(client, { ...place, previous: true }), 'grün\nrot');
    assert.equal(asked[0]?.tailLines, 20);
    assert.equal(asked[0]?.previous, true);
  });

  it('have a limit, however much a line holds', async () => {
    const client = printing(async function* () {
      for (let i = 0; i < 100; i += 1) yield Buffer.from(`${i}`.repeat(1000));
    });
    assert.equal((await lastLines(client, place)).length, 4000);
  });

  it('cannot act on a terminal', async () => {
    const client = printing(async function* () {
      yield Buffer.from('\u001b[2J\u001b[31mred\u001b[0m\u0007\tx\r\n');
    });
    assert.equal(await lastLines(client, place), 'red\tx');
  });

  it('say when there are none, and why they cannot be had', async () => {
    assert.equal(
      await lastLines(
        printing(async function* () {}),
        place,
      ),
      '(it printed nothing)',
    );
    // oxlint-disable-next-line require-yield
    const broken = printing(async function* () {
      throw new Error('no node');
    });
    assert.equal(await lastLines(broken, place), '(no log: no node)');
  });
});
