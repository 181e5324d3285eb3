import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulatedClock } from '@fairlead/kube/testing';
import { createSoon, type Outgoing, watchSink } from './watch-sink.ts';

const frame = (text: string) => ({ bytes: Buffer.from(text) }) as never;

/** A socket that writes down what it is given, one write each. */
const openSocket = () => {
  const written: string[] = [];
  let ended = false;
  const outgoing = {
    destroyed: false,
    writableLength: 0,
    write: (bytes: Uint8Array) => written.push(Buffer.from(bytes).toString()),
    end: () => (ended = true),
  };
  return { written, outgoing: outgoing as unknown as Outgoing, isEnded: () => ended };
};

test('the first event leaves at once, what follows closely leaves together and in order', () => {
  const clock = simulatedClock();
  const { written, outgoing } = openSocket();
  const sink = watchSink(outgoing, createSoon(clock));
  sink.next([frame('a')]);
  assert.deepEqual(written, ['a']);
  sink.next([frame('b')]);
  sink.next([frame('c'), frame('d')]);
  assert.deepEqual(written, ['a']);
  clock.advance(2);
  assert.deepEqual(written, ['a', 'bcd']);
  clock.advance(10);
  sink.next([frame('e')]);
  assert.deepEqual(written, ['a', 'bcd', 'e'], 'after a pause nothing waits');
});

test('what is kept is written before the end', () => {
  const { written, outgoing, isEnded } = openSocket();
  const sink = watchSink(outgoing, createSoon(simulatedClock()));
  sink.next([frame('a')]);
  sink.next([frame('b')]);
  sink.end();
  assert.deepEqual([written, isEnded()], [['a', 'b'], true]);
});
