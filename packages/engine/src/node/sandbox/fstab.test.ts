import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderFstab, stagesOf } from './fstab.ts';

/** As fstab(5) reads a field. */
const read = (field: string): string =>
  Buffer.from(
    field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
    'latin1',
  ).toString('utf8');

test('whatever a path is named, it stays in its field', () => {
  const name = fc
    .string({ unit: 'binary', minLength: 1 })
    .filter((text) => !/[\0/]/.test(text) && !['.', '..'].includes(text) && text.isWellFormed());
  fc.assert(
    fc.property(name, name, (a, b) => {
      const [line = '', ...more] = renderFstab({
        root: '/r',
        stage: '/s',
        mounts: [{ source: `/${a}`, target: `/${b}` }],
      }).split('\n');
      const fields = line.split(/\s+/);
      assert.deepEqual(more, ['']);
      assert.deepEqual(fields.slice(2), ['none', 'bind', '0', '0']);
      assert.ok(!line.startsWith('#'));
      const there = fields
        .slice(0, 2)
        .map((field) =>
          read(
            [...field].every((sign) => sign.charCodeAt(0) < 128)
              ? field
              : Buffer.from(field, 'utf8').toString('latin1'),
          ),
        );
      assert.deepEqual(there, [`/${a}`, `/r/${b}`]);
    }),
  );
});

test('what the pod may have made is reached through a mount that follows no link', () => {
  const mounts = [{ source: '/v', target: '/data', below: 'a/b', readOnly: true }];
  assert.equal(
    renderFstab({ root: '/r', stage: '/s', mounts }),
    '/v /s/0 none bind,nosymfollow 0 0\n/s/0/a/b /r/data none bind,ro 0 0\n',
  );
  assert.deepEqual(stagesOf(mounts), [0]);
});
