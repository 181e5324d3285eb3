import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import {
  countBoth,
  countOf,
  firstMissing,
  holds,
  parseIndexes,
  renderIndexes,
  withIndexes,
} from './indexes.ts';

const numbers = fc.uniqueArray(fc.nat(60));
const sorted = (list: readonly number[]): number[] => list.toSorted((a, b) => a - b);

describe('indexes of a Job', () => {
  it('are written as Kubernetes writes them', () => {
    const rows: [readonly number[], string][] = [
      [[], ''],
      [[0], '0'],
      [[1, 2], '1,2'],
      [[1, 2, 3, 7], '1-3,7'],
      [[5, 4, 3, 0], '0,3-5'],
    ];
    for (const [list, text] of rows) assert.equal(renderIndexes(withIndexes([], list)), text);
  });

  it('are read as far as the Job goes, and what is no number is passed over', () => {
    assert.equal(renderIndexes(parseIndexes('1-3,x,7-90,100', 10)), '1-3,7-9');
    assert.equal(renderIndexes(parseIndexes('', 10)), '');
  });

  it('come back as they were written', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const indexes = withIndexes([], list);
        assert.deepEqual(parseIndexes(renderIndexes(indexes), 1000), indexes);
        assert.equal(countOf(indexes), list.length);
        assert.ok(list.every((index) => holds(indexes, index)));
      }),
    );
  });

  it('reading never fails, and gives ranges in order without overlap', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9,-]*$/)), (text) => {
        const flat = parseIndexes(text, 1000).flat();
        assert.deepEqual(flat, sorted(flat));
      }),
    );
  });

  it('are counted together, and what is missing is found from below', () => {
    fc.assert(
      fc.property(numbers, numbers, fc.nat(30), (a, b, count) => {
        const [one, other] = [withIndexes([], a), withIndexes([], b)];
        assert.equal(countBoth(one, other), a.filter((index) => b.includes(index)).length);
        const absent = Array.from({ length: 50 }, (_, index) => index).filter((index) => !a.includes(index));
        assert.deepEqual(firstMissing(one, count, 50), absent.slice(0, count));
      }),
    );
  });
});
