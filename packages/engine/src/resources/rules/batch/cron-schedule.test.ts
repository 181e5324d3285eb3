import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scheduleFault } from './cron-schedule.ts';

const rows: readonly (readonly [schedule: string, fault: string | undefined])[] = [
  ['*/5 * * * *', undefined],
  ['0 0 1 jan mon-fri', undefined],
  ['1,2-5/2 ? * * *', undefined],
  ['@every 1h30m', undefined],
  ['60 * * * *', 'end of range (60) above maximum (59): 60'],
  ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
  ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
  ['*/0 * * * *', 'step of range should be a positive number: */0'],
  ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
  ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
  ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ['often', 'expected exactly 5 fields, found 1: [often]'],
  ['@sometimes', 'unrecognized descriptor: @sometimes'],
];

for (const [schedule, fault] of rows) {
  test(`A schedule ${schedule}: ${fault ?? 'is one'}`, () => assert.equal(scheduleFault(schedule), fault));
}
