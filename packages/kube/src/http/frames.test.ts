import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createFrameSplitter } from './frames.ts';

const event = fc.record({
  type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED'),
  object: fc.record({ metadata: fc.record({ name: fc.string({ unit: 'grapheme' }) }) }),
});

/** A text cut anywhere, also within a character. */
function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

describe('the frames of a watch', () => {
  it('are the same however the network cuts them', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.array(fc.nat(2000)), (events, places) => {
        const lines = events.map((each) => `${JSON.stringify(each)}\n`);
        const split = createFrameSplitter();
        const parsed: unknown[] = lines.map((text) => JSON.parse(text));
        const frames = cut(Buffer.from(lines.join('')), places).flatMap((chunk) => split(chunk));
        assert.deepEqual(
          frames.map(({ bytes }) => Buffer.from(bytes).toString()),
          lines,
        );
        assert.deepEqual(
          frames.map(({ value }) => value),
          parsed,
        );
      }),
    );
  });

  it('end with an error when a line has no end', () => {
    const split = createFrameSplitter();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    assert.throws(() => {
      for (let i = 0; i < 20; i += 1) split(chunk);
    }, /longer than/);
  });
});
