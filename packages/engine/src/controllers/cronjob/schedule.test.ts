import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { openSchedule } from './next.ts';
import { parseSchedule, ScheduleError } from './schedule.ts';

/** Schedule, zone, a time, and the times after it, in seconds, as the library that Kubernetes uses (robfig/cron v3.0.1) gave them. */
const recorded = readFileSync(new URL('schedule.recorded.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

const second = 1000;

describe('a schedule', () => {
  it(`comes at the times at which Kubernetes has it come, also where the clocks change`, () => {
    for (const row of recorded) {
      const [text = '', zone = '', from, times = ''] = row.split(' | ');
      const schedule = openSchedule(text, zone);
      let time: number | undefined = Number(from) * second;
      for (const wanted of times.split(' ').map(Number)) {
        time = schedule.next(time ?? 0);
        assert.equal(time ?? 0, wanted * second, row);
      }
    }
  });

  it('says what is wrong with it', () => {
    for (const text of [
      '',
      '* * * *',
      '60 * * * *',
      '5-1 * * * *',
      'a * * * *',
      '*/0 * * * *',
      '1-2-3 * * * *',
      '@often',
      '@every soon',
      '* * * * 7',
    ])
      assert.throws(() => parseSchedule(text), ScheduleError, text);
  });

  it('is read from any text, or refused; never anything else', () => {
    const part = fc.stringMatching(/^[0-9*?/,a-z-]{0,6}$/);
    const five = fc.tuple(part, part, part, part, part).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(fc.oneof(fc.string(), five), (text) => {
        try {
          parseSchedule(text);
        } catch (error) {
          assert.ok(error instanceof ScheduleError, String(error));
        }
      }),
    );
  });

  it('comes later and later, and only at its minutes and hours', () => {
    const minutes = fc.integer({ min: 0, max: 59 });
    const hours = fc.integer({ min: 0, max: 23 });
    const times = fc.integer({ min: 0, max: 4e9 });
    fc.assert(
      fc.property(minutes, hours, times, (minute, hour, from) => {
        const next = openSchedule(`${minute} ${hour} * * *`).next(from * second) ?? 0;
        assert.ok(next > from * second && next - from * second <= 86_400 * second);
        const date = new Date(next);
        assert.deepEqual([date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()], [hour, minute, 0]);
      }),
    );
  });
});
