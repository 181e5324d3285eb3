import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inlineLimit, refusalsOf } from './rules.ts';
import type { App } from './schema.ts';

const refused = (spec: unknown, name = 'shop'): string[] =>
  refusalsOf({
    apiVersion: 'fairlead.dev/v1alpha1',
    kind: 'App',
    metadata: { name },
    spec,
  } as App).map(({ field, error }) => `${field} ${error.code}`);

const file = (size: number) => ({ path: 'app.py', content: 'x'.repeat(size) });

const rows: readonly (readonly [string, string[], string[]])[] = [
  ['nothing', refused({}), []],
  ['no spec at all', refused(undefined), []],
  ['files as large as may be', refused({ source: { files: [file(inlineLimit)] } }), []],
  [
    'files that are too large together',
    refused({ source: { files: [file(inlineLimit), file(1)] } }),
    ['spec.source.files E_SOURCE_TOO_LARGE'],
  ],
  [
    'files that are too large in bytes',
    refused({ source: { files: [{ path: 'a', content: 'ü'.repeat(inlineLimit / 2 + 1) }] } }),
    ['spec.source.files E_SOURCE_TOO_LARGE'],
  ],
  ['a name with two dashes', refused({}, 'a--b'), ['metadata.name E_APP_NAME']],
  ['a name of 41 letters', refused({}, 'a'.repeat(41)), ['metadata.name E_APP_NAME']],
  [
    'processes that cannot be a part of names',
    refused({ processes: { web: {}, 'a b': {}, Web: {}, ['x'.repeat(21)]: {}, '-a': {} } }),
    [
      'spec.processes[a b] E_PROCESS_NAME',
      'spec.processes[Web] E_PROCESS_NAME',
      `spec.processes[${'x'.repeat(21)}] E_PROCESS_NAME`,
      'spec.processes[-a] E_PROCESS_NAME',
    ],
  ],
  [
    'a value that no process can be handed',
    refused({ env: [{ name: 'A', value: 'a\0b' }, { name: 'B', value: '\u0001\n' }, { name: 'C' }] }),
    ['spec.env[A].value E_CONFIG_VALUE'],
  ],
  [
    'a value that is larger than Linux takes',
    refused({
      env: [
        { name: 'A', value: 'x'.repeat(128 * 1024 - 3) },
        { name: 'B', value: 'x'.repeat(128 * 1024 - 2) },
      ],
    }),
    ['spec.env[B].value E_CONFIG_LARGE'],
  ],
  // What does not fit the schema is the schema's to refuse.
  ['other types', refused({ source: { files: 5 }, processes: 7, env: { A: 'b' } }), []],
  [
    'other types inside',
    refused({ source: { files: [null, { content: 5 }] }, env: [null, { value: 1 }] }),
    [],
  ],
];

for (const [what, found, expected] of rows)
  it(`${what}: ${expected.length === 0 ? 'fine' : 'refused'}`, () => assert.deepEqual(found, expected));
