import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type FrontDoor, openFrontDoor } from '../../testing/front-door.ts';

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const MAPS = '/api/v1/namespaces/default/configmaps';

const declare = async (door: FrontDoor, spec: object, binding: object = {}): Promise<void> => {
  const policy = await door.post(`${ADMISSION}/validatingadmissionpolicies`, {
    metadata: { name: 'few' },
    spec: { matchConstraints: { resourceRules: [rule('configmaps')] }, ...spec },
  });
  assert.equal(policy.status, 201, policy.body.message);
  const bound = await door.post(`${ADMISSION}/validatingadmissionpolicybindings`, {
    metadata: { name: 'everywhere' },
    spec: { policyName: 'few', validationActions: ['Deny'], ...binding },
  });
  assert.equal(bound.status, 201, bound.body.message);
};

const rule = (...resources: string[]) => ({
  apiGroups: [''],
  apiVersions: ['v1'],
  operations: ['CREATE', 'UPDATE'],
  resources,
});

const map = (name: string, data: object = {}, labels: object = {}) => ({ metadata: { name, labels }, data });

const DENIED = "ValidatingAdmissionPolicy 'few' with binding 'everywhere' denied request:";

const whyOf = ({ status, body }: Answer): string =>
  status < 300 ? 'admitted' : `${status} ${body.reason}: ${String(body.message).split(`${DENIED} `).at(-1)}`;

const small = { expression: 'object.data.size() <= 1' };

/** What a policy says of a map with two entries. */
const rules: readonly (readonly [title: string, spec: object, said: string])[] = [
  ['in its own words', { validations: [{ ...small, message: 'too much' }] }, '422 Invalid: too much'],
  [
    'in no words of its own',
    { validations: [small] },
    '422 Invalid: failed expression: object.data.size() <= 1',
  ],
  [
    'in words that it computes',
    { validations: [{ ...small, messageExpression: "string(object.data.size()) + ' are too many'" }] },
    '422 Invalid: 2 are too many',
  ],
  ['with a reason', { validations: [{ ...small, message: 'no', reason: 'Forbidden' }] }, '403 Forbidden: no'],
  [
    'by a variable made of another',
    {
      variables: [
        { name: 'size', expression: 'object.data.size()' },
        { name: 'fits', expression: 'variables.size <= 1' },
      ],
      validations: [{ expression: 'variables.fits', message: 'too much' }],
    },
    '422 Invalid: too much',
  ],
  [
    'unless its conditions leave the write out',
    {
      matchConditions: [{ name: 'others', expression: "object.metadata.name != 'two'" }],
      validations: [small],
    },
    'admitted',
  ],
  [
    'by who writes, and what for',
    { validations: [{ expression: "request.operation == 'DELETE' || request.userInfo.username == 'ann'" }] },
    "422 Invalid: failed expression: request.operation == 'DELETE' || request.userInfo.username == 'ann'",
  ],
  [
    'by the namespace',
    { validations: [{ expression: "namespaceObject.metadata.name != 'default'" }] },
    "422 Invalid: failed expression: namespaceObject.metadata.name != 'default'",
  ],
  [
    'when it fails',
    { validations: [{ expression: "object.data.none == ''" }] },
    "422 Invalid: expression 'object.data.none == ''' resulted in error: no such key: none",
  ],
  [
    'unless it may fail',
    { failurePolicy: 'Ignore', validations: [{ expression: "object.data.none == ''" }] },
    'admitted',
  ],
];

for (const [title, spec, said] of rules) {
  test(`A policy refuses a write ${title}`, async () => {
    await using door = await openFrontDoor();
    await declare(door, spec);
    assert.equal(whyOf(await door.post(MAPS, map('two', { a: '1', b: '2' }))), said);
  });
}

test('A refusal names the policy and its binding, as a cause as well', async () => {
  await using door = await openFrontDoor();
  await declare(door, { validations: [{ ...small, message: 'too much' }] });
  const { body } = await door.post(MAPS, map('two', { a: '1', b: '2' }));
  assert.equal(body.message, `configmaps "two" is forbidden: ${DENIED} too much`);
  assert.deepEqual(body.details, {
    name: 'two',
    kind: 'configmaps',
    causes: [{ message: `${DENIED} too much` }],
  });
});

test('A policy sees what an object was, and is asked for the operations that it names', async () => {
  await using door = await openFrontDoor();
  await declare(door, {
    validations: [{ expression: 'oldObject == null || oldObject.data == object.data', message: 'fixed' }],
  });
  assert.equal(whyOf(await door.post(MAPS, map('one', { a: '1' }))), 'admitted');
  assert.equal(whyOf(await door.patch(`${MAPS}/one`, { data: { a: '2' } })), '422 Invalid: fixed');
  assert.equal(whyOf(await door.patch(`${MAPS}/one`, { metadata: { labels: { a: 'b' } } })), 'admitted');
  assert.equal(whyOf(await door.delete(`${MAPS}/one`)), 'admitted');
});

test('Nothing is written of what is refused, in a dry run either', async () => {
  await using door = await openFrontDoor();
  await declare(door, { validations: [small] });
  assert.equal((await door.post(`${MAPS}?dryRun=All`, map('two', { a: '1', b: '2' }))).status, 422);
  assert.equal((await door.post(MAPS, map('two', { a: '1', b: '2' }))).status, 422);
  assert.equal((await door.get(`${MAPS}/two`)).status, 404);
});

test('A binding says where a policy counts, and a policy without one counts nowhere', async () => {
  await using door = await openFrontDoor();
  await declare(
    door,
    { validations: [{ expression: 'false', message: 'no' }] },
    { matchResources: { objectSelector: { matchLabels: { strict: 'yes' } } } },
  );
  assert.equal(whyOf(await door.post(MAPS, map('free'))), 'admitted');
  assert.equal(whyOf(await door.post(MAPS, map('bound', {}, { strict: 'yes' }))), '422 Invalid: no');
  await door.delete(`${ADMISSION}/validatingadmissionpolicybindings/everywhere`);
  assert.equal(whyOf(await door.post(MAPS, map('bound', {}, { strict: 'yes' }))), 'admitted');
});

test('Who only warns lets the write in', async () => {
  await using door = await openFrontDoor();
  await declare(
    door,
    { validations: [{ expression: 'false', message: 'not wise' }] },
    { validationActions: ['Warn', 'Audit'] },
  );
  const { status, headers } = await door.post(MAPS, map('one'));
  assert.equal(status, 201);
  assert.equal(
    headers.warning,
    `299 - "Validation failed for ValidatingAdmissionPolicy 'few' with binding 'everywhere': not wise"`,
  );
});

test('Parameters come from an object that the binding names', async () => {
  await using door = await openFrontDoor();
  await declare(
    door,
    {
      paramKind: { apiVersion: 'v1', kind: 'Secret' },
      validations: [
        { expression: "object.data.size() <= int(params.metadata.labels['most'])", message: 'too much' },
      ],
    },
    { paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' } },
  );
  assert.equal(
    whyOf(await door.post(MAPS, map('one'))),
    '422 Invalid: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
  );
  await door.post('/api/v1/namespaces/default/secrets', {
    metadata: { name: 'limits', labels: { most: '1' } },
  });
  assert.equal(whyOf(await door.post(MAPS, map('one', { a: '1' }))), 'admitted');
  assert.equal(whyOf(await door.post(MAPS, map('two', { a: '1', b: '2' }))), '422 Invalid: too much');
});

test('A policy that is not set up well keeps writes out', async () => {
  await using door = await openFrontDoor();
  await declare(
    door,
    { paramKind: { apiVersion: 'example.com/v1', kind: 'None' }, validations: [{ expression: 'true' }] },
    { paramRef: { name: 'limits', parameterNotFoundAction: 'Deny' } },
  );
  const { body } = await door.post(MAPS, map('one'));
  assert.equal(
    body.message,
    `configmaps "one" is forbidden: ValidatingAdmissionPolicy 'few' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'example.com/v1, Kind=None'`,
  );
});

test('What a policy may cost is bounded', async () => {
  await using door = await openFrontDoor();
  const list = `[${Array(100).fill('1').join(',')}]`;
  const all = (inner: string) => `${list}.all(x, ${inner})`;
  await declare(door, { validations: [{ expression: all(all(all(all('true')))) }] });
  const why = whyOf(await door.post(MAPS, map('one')));
  assert.match(why, /cost/);
});

test('Policies do not keep anybody from mending policies', async () => {
  await using door = await openFrontDoor();
  await declare(door, {
    matchConstraints: { resourceRules: [{ ...rule('*'), apiGroups: ['*'], operations: ['*'] }] },
    validations: [{ expression: 'false' }],
  });
  assert.equal((await door.post(MAPS, map('one'))).status, 422);
  assert.equal((await door.delete(`${ADMISSION}/validatingadmissionpolicies/few`)).status, 200);
  assert.equal((await door.post(MAPS, map('one'))).status, 201);
});

test('A policy that can not be meant so is refused with every cause', async () => {
  await using door = await openFrontDoor();
  const { status, body } = await door.post(`${ADMISSION}/validatingadmissionpolicies`, {
    metadata: { name: 'bad' },
    spec: {
      matchConstraints: { resourceRules: [{ ...rule('pods'), operations: ['*', 'CREATE'] }] },
      variables: [{ name: 'a-b', expression: '1' }],
      validations: [
        { expression: 'object.' },
        { expression: '1 + 1', message: ' ', reason: 'Conflict' },
        { expression: 'true', messageExpression: '1' },
        { expression: '' },
      ],
    },
  });
  assert.equal(status, 422);
  const [, ...causes] = body.details.causes.map(
    ({ field, message }: { field: string; message: string }) => `${field}: ${message.split('\n')[0]}`,
  );
  assert.deepEqual(causes, [
    'spec.variables[0].name: Invalid value: "a-b": must be a valid CEL identifier',
    'spec.validations[0].expression: Invalid value: "object.": compilation failed: ERROR: <input>:1:8: Syntax error: no viable alternative at input \'.<EOF>\'',
    'spec.validations[1].expression: Invalid value: "1 + 1": must evaluate to bool but got int',
    'spec.validations[1].message: Invalid value: " ": must be non-empty if specified',
    'spec.validations[1].reason: Unsupported value: "Conflict": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"',
    'spec.validations[2].messageExpression: Invalid value: "1": must evaluate to string but got int',
    'spec.validations[3].expression: Required value: expression is not specified',
  ]);
});
