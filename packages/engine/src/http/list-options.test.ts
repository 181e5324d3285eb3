import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFrontDoor } from '../testing/front-door.ts';

const path = '/api/v1/namespaces/default/configmaps';

const forbidden = 'resourceVersionMatch: Forbidden: resourceVersionMatch';

/** What is refused with 422, in the words of Kubernetes. */
const invalid: readonly (readonly [query: string, ...faults: string[]])[] = [
  ['resourceVersionMatch=Exact', `${forbidden} is forbidden unless resourceVersion is provided`],
  [
    'resourceVersionMatch=NotOlderThan&continue=x&resourceVersion=1',
    `${forbidden} is forbidden when continue is provided`,
  ],
  [
    'resourceVersionMatch=Exact&resourceVersion=0',
    `${forbidden} "exact" is forbidden for resourceVersion "0"`,
  ],
  [
    'resourceVersionMatch=Foo&resourceVersion=1',
    'resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
  ],
  [
    'resourceVersionMatch=Foo',
    `${forbidden} is forbidden unless resourceVersion is provided`,
    'resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
  ],
  ['sendInitialEvents=true', 'sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list'],
  [
    'watch=1&sendInitialEvents=true',
    'resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
  ],
  [
    'watch=1&resourceVersion=1&resourceVersionMatch=NotOlderThan',
    `${forbidden} is forbidden for watch unless sendInitialEvents is provided`,
  ],
  [
    'watch=1&resourceVersionMatch=Exact',
    `${forbidden} is forbidden for watch unless sendInitialEvents is provided`,
    'resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"',
  ],
];

for (const [query, ...faults] of invalid) {
  test(`${query} does not go together`, async () => {
    await using door = await openFrontDoor();
    const { status, body } = await door.get(`${path}?${query}`);
    const all = faults.length === 1 ? faults[0] : `[${faults.join(', ')}]`;
    assert.deepEqual([status, body.message], [422, `ListOptions.meta.k8s.io "" is invalid: ${all}`]);
    assert.deepEqual(
      body.details.causes.map(
        ({ field, message }: { field: string; message: string }) => `${field}: ${message}`,
      ),
      faults,
    );
  });
}

const uint = (text: string): string => `strconv.ParseUint: parsing "${text}": invalid syntax`;

/** What cannot be read: each verb has its own answer to a bad version. */
const unreadable: readonly (readonly [address: string, status: number, message: string])[] = [
  [`${path}?limit=x`, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  [`${path}?limit=`, 400, 'strconv.ParseInt: parsing "": invalid syntax'],
  [
    `${path}?timeoutSeconds=99999999999999999999`,
    400,
    'strconv.ParseInt: parsing "99999999999999999999": value out of range',
  ],
  [
    `${path}?resourceVersion=x`,
    400,
    `invalid resource version: resourceVersion: Invalid value: "x": ${uint('x')}`,
  ],
  [`${path}?resourceVersion=-1&watch=1`, 500, `resourceVersion: Invalid value: "-1": ${uint('-1')}`],
  [`${path}/a?resourceVersion=x`, 500, `resourceVersion: Invalid value: "x": ${uint('x')}`],
  [
    `${path}?resourceVersion=5&continue=e30`,
    400,
    'invalid continue token: continue key is not valid: server does not recognize this encoded version ',
  ],
];

for (const [address, status, message] of unreadable) {
  test(`${address} is refused`, async () => {
    await using door = await openFrontDoor();
    const answer = await door.get(address);
    assert.deepEqual([answer.status, answer.body.message], [status, message]);
  });
}

test('A flag is set by whatever is not false', async () => {
  await using door = await openFrontDoor();
  for (const query of ['watch=', 'watch=yes']) {
    const { body } = await door.transport({ method: 'GET', path, query, headers: {} });
    assert.equal(body.kind, 'watch', query);
  }
  for (const query of ['watch=FALSE', 'watch=0'])
    assert.equal((await door.get(`${path}?${query}`)).status, 200);
});
