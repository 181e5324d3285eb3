import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFrontDoor } from '../testing/front-door.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { a: '1' },
});

test('A created object gets what only the server can say', async () => {
  await using door = await openFrontDoor();
  const { status, body } = await door.post(configMaps, configMap('one'));
  assert.equal(status, 201);
  assert.match(body.metadata.uid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(body.metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.match(body.metadata.resourceVersion, /^\d+$/);
  assert.equal(body.metadata.namespace, 'default');
  assert.equal(body.metadata.generation, undefined);
  assert.equal(body.metadata.managedFields[0].manager, 'test');
  assert.deepEqual((await door.get(`${configMaps}/one`)).body, body);
});

test('What the client says of a new object that is not its to say is not taken', async () => {
  await using door = await openFrontDoor();
  const metadata = { name: 'x', uid: 'mine', resourceVersion: '', generation: 7, creationTimestamp: null };
  const { body } = await door.post('/apis/apps/v1/namespaces/default/deployments', deployment({ metadata }));
  assert.notEqual(body.metadata.uid, 'mine');
  assert.equal(body.metadata.generation, 1);
  assert.deepEqual(body.status, {});
});

const deployment = (over: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web' }] } },
  },
  status: { replicas: 5 },
  ...over,
});

test('A generated name is the given beginning and five letters', async () => {
  await using door = await openFrontDoor();
  const { body } = await door.post(configMaps, { metadata: { generateName: 'job-' } });
  assert.match(body.metadata.name, /^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  assert.equal(body.metadata.generateName, 'job-');
});

const refusals: readonly {
  readonly title: string;
  readonly path?: string;
  readonly body: unknown;
  readonly code: number;
  readonly reason: string;
  readonly message: string | RegExp;
}[] = [
  {
    title: 'no name',
    body: { metadata: {} },
    code: 422,
    reason: 'Invalid',
    message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  },
  {
    title: 'a bad name',
    body: configMap('Under_score'),
    code: 422,
    reason: 'Invalid',
    message:
      "ConfigMap \"Under_score\" is invalid: metadata.name: Invalid value: \"Under_score\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  },
  {
    title: 'a bad label',
    body: { metadata: { name: 'x', labels: { app: 'not good' } } },
    code: 422,
    reason: 'Invalid',
    message:
      /metadata.labels: Invalid value: "not good": a valid label must be an empty string or consist of/,
  },
  {
    title: 'a namespace that is not there',
    path: '/api/v1/namespaces/nowhere/configmaps',
    body: configMap('x'),
    code: 404,
    reason: 'NotFound',
    message: 'namespaces "nowhere" not found',
  },
  {
    title: 'another namespace in the object',
    body: { metadata: { name: 'x', namespace: 'other' } },
    code: 400,
    reason: 'BadRequest',
    message: 'the namespace of the provided object does not match the namespace sent on the request',
  },
  {
    title: 'another version',
    body: { ...configMap('x'), apiVersion: 'v2' },
    code: 400,
    reason: 'BadRequest',
    message:
      'ConfigMap in version "v2" cannot be handled as a ConfigMap: no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:110"',
  },
  {
    title: 'a field of the wrong type',
    body: { metadata: { name: 'x' }, data: { a: 1 } },
    code: 400,
    reason: 'BadRequest',
    message: /ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into/,
  },
  {
    title: 'broken JSON',
    body: '{"metadata":',
    code: 400,
    reason: 'BadRequest',
    message:
      'the object provided is unrecognized (must be of type ConfigMap): couldn\'t get version/kind; json parse error: unexpected end of JSON input ({"metadata":)',
  },
  {
    title: 'no object',
    body: '[]',
    code: 400,
    reason: 'BadRequest',
    message:
      /^the object provided is unrecognized .* json: cannot unmarshal array into Go value .* \(5b5d\)$/,
  },
  {
    title: 'another kind',
    body: { ...configMap('x'), kind: 'Pod' },
    code: 400,
    reason: 'BadRequest',
    message:
      'Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion',
  },
  {
    title: 'too much',
    body: `"${'x'.repeat(3 << 20)}"`,
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: 'Request entity too large: limit is 3145728',
  },
];

for (const { title, path = configMaps, body, code, reason, message } of refusals) {
  test(`A create is refused for ${title}`, async () => {
    await using door = await openFrontDoor();
    const answer = await door.post(path, body);
    assert.equal(answer.status, code);
    assert.equal(answer.body.kind, 'Status');
    assert.equal(answer.body.reason, reason);
    assert.equal(answer.body.code, code);
    if (typeof message === 'string') assert.equal(answer.body.message, message);
    else assert.match(answer.body.message, message);
  });
}

test('A name that is taken is a conflict that names the object', async () => {
  await using door = await openFrontDoor();
  await door.post(configMaps, configMap('one'));
  const { body } = await door.post(configMaps, configMap('one'));
  assert.deepEqual(body, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'configmaps "one" already exists',
    reason: 'AlreadyExists',
    details: { name: 'one', kind: 'configmaps' },
    code: 409,
  });
});

test('Of two creates at once one wins', async () => {
  await using door = await openFrontDoor();
  const answers = await Promise.all([1, 2, 3].map(() => door.post(configMaps, configMap('one'))));
  assert.deepEqual(
    answers.map(({ status }) => status).sort((a, b) => a - b),
    [201, 409, 409],
  );
});

test('A dry run answers as if, and writes nothing', async () => {
  await using door = await openFrontDoor();
  const { status, body } = await door.post(`${configMaps}?dryRun=All`, configMap('one'));
  assert.equal(status, 201);
  assert.equal(body.metadata.resourceVersion, undefined);
  assert.equal((await door.get(`${configMaps}/one`)).status, 404);
});

test('Unknown and doubled fields are refused, warned of, or dropped, as the client asks', async () => {
  await using door = await openFrontDoor();
  const body = '{"metadata":{"name":"one"},"data":{"a":"1","a":"2"},"foo":1}';
  const strict = await door.post(`${configMaps}?fieldValidation=Strict`, body);
  assert.equal(strict.status, 400);
  assert.match(strict.body.message, /strict decoding error: .*duplicate field "data.a"/);
  assert.match(strict.body.message, /unknown field "foo"/);
  const warned = await door.post(configMaps, body);
  assert.equal(warned.status, 201);
  assert.equal(
    warned.headers.warning,
    '299 - "duplicate field \\"data.a\\"", 299 - "unknown field \\"foo\\""',
  );
  assert.deepEqual(warned.body.data, { a: '2' });
  assert.equal(warned.body.foo, undefined);
  const ignored = await door.post(`${configMaps}?fieldValidation=Ignore`, body.replace('one', 'two'));
  assert.equal(ignored.headers.warning, undefined);
});

test('YAML is a body, too', async () => {
  await using door = await openFrontDoor();
  const body =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata:\n  text: "yes"\n  day: "2026-01-01"\n';
  const answer = await door.post(configMaps, body, { 'content-type': 'application/yaml' });
  assert.deepEqual(answer.body.data, { text: 'yes', day: '2026-01-01' });
  const broken = await door.post(configMaps, 'a: [', { 'content-type': 'application/yaml' });
  assert.equal(broken.status, 400);
  const asYaml = await door.get(`${configMaps}/one`, { accept: 'application/yaml' });
  assert.match(
    asYaml.body,
    /^apiVersion: v1\ndata:\n  day: "?2026-01-01"?\n  text: "yes"\nkind: ConfigMap\n/,
  );
});

test('Media types that are not spoken are refused by name', async () => {
  await using door = await openFrontDoor();
  const xml = await door.post(configMaps, '<a/>', { 'content-type': 'application/xml' });
  assert.equal(xml.body.reason, 'UnsupportedMediaType');
  const accept = await door.get(configMaps, { accept: 'application/xml' });
  assert.equal(accept.body.reason, 'NotAcceptable');
});

test('Numbers beyond 2^53 come back as they were sent', async () => {
  await using door = await openFrontDoor();
  const body = `{"metadata":{"name":"web"},"spec":{"progressDeadlineSeconds":600,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"terminationGracePeriodSeconds":9007199254740993,"containers":[{"name":"web","image":"web"}]}}}}`;
  const answer = await door.transport({
    method: 'POST',
    path: '/apis/apps/v1/namespaces/default/deployments',
    query: '',
    headers: {},
    body: Buffer.from(body),
  });
  assert.ok(answer.body.kind === 'object');
  assert.match(
    Buffer.concat([...answer.body.chunks()]).toString(),
    /"terminationGracePeriodSeconds":9007199254740993[,}]/,
  );
});
