import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openFrontDoor } from '../testing/front-door.ts';
import { DecodeError, decode } from './codec.ts';
import { ApiError } from './errors.ts';
import { parseListOptions } from './list-options.ts';
import { indentJson } from './pretty.ts';
import { parseWriteOptions } from './query.ts';
import { parseRoute } from './route.ts';

const RUNS = { numRuns: 1000 };

/** Documents that have hurt other servers. */
const nasty: readonly string[] = [
  '&a [*a]',
  '&a {*a : *a}',
  'a: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]\n',
  '<<: *nobody',
  '<<: {a: 1}\na: 2\n',
  '? [a, b]\n: c\n',
  '? {a: 1}\n: c\n',
  '!!binary aGk=',
  '!!js/function "function(){}"',
  '!<tag:yaml.org,2002:python/object:os.system> x',
  '%YAML 9.9\n---\na: 1\n',
  '--- |\n  a\n...\n--- b\n',
  'a: .nan\nb: .inf\nc: 0x1F\nd: 0o17\ne: 1_000\nf: 1:30\n',
  '2001-12-14t21:59:43.10-05:00',
  'a: "\\ud800"\n',
  '\t- a',
  '\ufeffa: 1',
  '"\\u0000"',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"a":1e999,"b":-0,"c":123456789012345678901234567890}',
  '[[[[[[[[[[',
  '{"a":{"a":{"a":',
  '\u2028',
  '"\ud800"',
];

const requireDecoded = async (bytes: Uint8Array, type: 'json' | 'yaml'): Promise<void> => {
  try {
    JSON.stringify((await decode(bytes, type)).value, (_, part: unknown) =>
      typeof part === 'bigint' ? String(part) : part,
    );
  } catch (error) {
    assert.ok(error instanceof DecodeError, String(error));
  }
};

for (const text of nasty) {
  test(`The document ${JSON.stringify(text)} is read or refused`, async () => {
    await requireDecoded(Buffer.from(text), 'json');
    await requireDecoded(Buffer.from(text), 'yaml');
    assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false);
  });
}

test('Whatever bytes come as YAML, they are read or refused', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '&x ',
      '*x',
      '{',
      '}',
      '[',
      ']',
      ',',
      '? ',
      '|',
      '>',
      '!!',
      '"',
      "'",
    ),
    fc.constantFrom('<<', '#', '---\n', '...\n', '%', '@', '~', 'yes', '1e3', '\t'),
    fc.string({ unit: 'binary', maxLength: 3 }),
  );
  const text = fc.array(piece, { maxLength: 24 }).map((pieces) => Buffer.from(pieces.join('')));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.uint8Array()), (bytes) => requireDecoded(bytes, 'yaml')),
    RUNS,
  );
});

const word = fc.oneof(
  fc.constantFrom(
    'api',
    'apis',
    'v1',
    'apps',
    'namespaces',
    'default',
    'pods',
    'watch',
    'status',
    '',
    '..',
    '%',
    '%2e',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

test('Every path leads somewhere, or nowhere', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 9 }), (words) => {
      const { to } = parseRoute(`/${words.join('/')}`);
      assert.equal(typeof to, 'string');
    }),
    RUNS,
  );
});

const OPTIONS = [
  'watch',
  'limit',
  'continue',
  'resourceVersion',
  'resourceVersionMatch',
  'sendInitialEvents',
  'labelSelector',
  'fieldSelector',
  'timeoutSeconds',
  'dryRun',
  'fieldManager',
  'fieldValidation',
  'force',
];

const option = fc.tuple(
  fc.constantFrom(...OPTIONS),
  fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '1',
      '-1',
      'true',
      'false',
      'Exact',
      'NotOlderThan',
      '99999999999999999999',
      'a=b',
      'All',
    ),
    fc.string({ unit: 'binary', maxLength: 6 }),
  ),
);

test('Every query is read or refused', () => {
  fc.assert(
    fc.property(fc.array(option, { maxLength: 8 }), (options) => {
      const query = new URLSearchParams(options);
      for (const parse of [parseListOptions, parseWriteOptions]) {
        try {
          parse(query);
        } catch (error) {
          assert.ok(error instanceof ApiError, String(error));
        }
      }
    }),
    RUNS,
  );
});

test('Indented JSON is the same JSON', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const indented = indentJson(text);
      assert.deepEqual(JSON.parse(indented), JSON.parse(text));
      assert.equal(indented, JSON.stringify(JSON.parse(text), undefined, 2));
    }),
  );
});

test('Whatever is asked of a collection is answered, and nothing of it is a fault of ours', async () => {
  const faults: unknown[] = [];
  await using door = await openFrontDoor({ onError: (error) => faults.push(error) });
  const method = fc.constantFrom(
    'GET' as const,
    'POST' as const,
    'PUT' as const,
    'PATCH' as const,
    'DELETE' as const,
  );
  const type = fc.constantFrom(
    'application/json',
    'application/yaml',
    'application/merge-patch+json',
    'text/plain',
  );
  const body = fc.oneof(fc.json(), fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...nasty));
  await fc.assert(
    fc.asyncProperty(
      method,
      fc.array(word, { maxLength: 6 }),
      fc.array(option, { maxLength: 3 }),
      type,
      body,
      async (...asked) => {
        const [by, words, options, contentType, text] = asked;
        const { status, body: answered } = await door.transport({
          method: by,
          path: `/api/v1/namespaces/default/${words.join('/')}`,
          query: new URLSearchParams(options).toString(),
          headers: { 'content-type': contentType, accept: contentType },
          body: Buffer.from(text),
          signal: AbortSignal.abort(),
        });
        if (answered.kind === 'object') for (const chunk of answered.chunks()) assert.ok(chunk.length > 0);
        assert.ok(status >= 200 && status < 600);
      },
    ),
    { numRuns: 500 },
  );
  assert.deepEqual(faults, []);
});
