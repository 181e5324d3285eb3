import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextRun, parseSchedule } from './cron.ts';

const next = (schedule: string, zone: string, after: string): string => {
  const run = nextRun(parseSchedule(schedule), zone, Date.parse(after));
  return run === undefined ? 'never' : new Date(run).toISOString().slice(0, 16);
};

describe('a schedule', () => {
  const rows: readonly [string, string, string, string, string][] = [
    ['each minute', '* * * * *', 'UTC', '2026-01-01T00:00:30Z', '2026-01-01T00:01'],
    ['a step', '*/15 * * * *', 'UTC', '2026-01-01T00:15:00Z', '2026-01-01T00:30'],
    [
      'a range with a step, and a list',
      '10-30/10,45 * * * *',
      'UTC',
      '2026-01-01T00:30:00Z',
      '2026-01-01T00:45',
    ],
    ['a time of a zone', '30 9 * * *', 'Europe/Berlin', '2026-01-01T00:00:00Z', '2026-01-01T08:30'],
    ['the end of a month', '0 0 31 * *', 'UTC', '2026-01-31T00:00:00Z', '2026-03-31T00:00'],
    ['a leap day', '0 0 29 2 *', 'UTC', '2026-01-01T00:00:00Z', '2028-02-29T00:00'],
    ['Sunday, by its other number', '0 0 * * 7', 'UTC', '2026-01-01T00:00:00Z', '2026-01-04T00:00'],
    ['either day, when both are narrowed', '0 0 13 * 5', 'UTC', '2026-01-03T00:00:00Z', '2026-01-09T00:00'],
    ['a day that never is', '0 0 31 2 *', 'UTC', '2026-01-01T00:00:00Z', 'never'],
    ['in the gap: right after it', '30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:30'],
    [
      'in the hour that comes twice: once',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-26T01:30',
    ],
    [
      'every hour, also in that one',
      '30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:30',
    ],
  ];
  for (const [title, schedule, zone, after, expected] of rows)
    it(`knows its next run: ${title}`, () => assert.equal(next(schedule, zone, after), expected));

  const wrong = [
    '',
    '* * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    'a * * * *',
    '5-1 * * * *',
    '*/0 * * * *',
    '1,,2 * * * *',
  ];
  for (const text of wrong)
    it(`is refused: ${JSON.stringify(text)}`, () => assert.throws(() => parseSchedule(text), SyntaxError));

  it('from a stranger is a schedule or a SyntaxError', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789*/-, ') }), (text) => {
        try {
          const run = nextRun(parseSchedule(text), 'America/New_York', 0);
          assert(run === undefined || (run > 0 && run % 60_000 === 0));
        } catch (error) {
          assert(error instanceof SyntaxError);
        }
      }),
    );
  });

  it('goes only forward, whatever the clocks of the zone do', () => {
    const schedule = parseSchedule('*/20 1-3 * * *');
    const year = { min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) };
    fc.assert(
      fc.property(fc.integer(year), (after) => {
        const first = nextRun(schedule, 'Europe/Berlin', after) ?? 0;
        const second = nextRun(schedule, 'Europe/Berlin', first) ?? 0;
        assert(after < first && first < second && second - after < 50 * 3_600_000);
      }),
    );
  });
});
