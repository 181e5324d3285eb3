import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FairleadError } from '@fairlead/api/errors';
import fc from 'fast-check';
import { parseProcfile } from './procfile.ts';

describe('a Procfile', () => {
  it('names processes and their commands', () => {
    const text = '\uFEFF# ours\r\nweb: gunicorn app:app -b :$PORT\r\n\r\nworker-2:python3 work.py a:b\n';
    assert.deepEqual(parseProcfile(text, 'shop'), {
      web: { command: ['gunicorn', 'app:app', '-b', ':$(PORT)'] },
      'worker-2': { command: ['python3', 'work.py', 'a:b'] },
    });
    assert.deepEqual(parseProcfile('', 'shop'), {});
  });

  const broken: readonly [text: string, line: number, reason: RegExp][] = [
    ['web gunicorn', 1, /colon/],
    ['\nweb:', 2, /no command/],
    ['web:   \n', 1, /no command/],
    [': run', 1, /no name/],
    ['Web: run', 1, /lower-case/],
    ['my_worker: run', 1, /lower-case/],
    ['a-: run', 1, /lower-case/],
    [`${'a'.repeat(21)}: run`, 1, /up to 20/],
    ['web: a\nweb: b', 2, /before/],
    ['web: a\0b', 1, /zero byte/],
    ['__proto__: run', 1, /lower-case/],
  ];
  for (const [text, line, reason] of broken) {
    it(`${JSON.stringify(text.slice(0, 30))} is refused with its line`, () => {
      assert.throws(
        () => parseProcfile(text, 'shop'),
        (error: unknown) => {
          assert.ok(error instanceof FairleadError);
          assert.equal(error.code, 'E_PROCFILE');
          assert.equal(error.details.line, line);
          assert.match(error.why, reason);
          return true;
        },
      );
    });
  }

  it('of any text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', ':', '\n', ' ', '"', "'", '$', '#', '\\') }),
        (text) => {
          try {
            for (const { command } of Object.values(parseProcfile(text, 'shop')))
              assert.ok(command.length > 0);
          } catch (error) {
            assert.ok(error instanceof FairleadError);
          }
        },
      ),
    );
  });
});
