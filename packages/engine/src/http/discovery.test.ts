import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous } from '../auth/user.ts';
import { startEngine } from '../engine.ts';
import { frontDoorOf, openFrontDoor } from '../testing/front-door.ts';
import { widgetDefinition } from '../testing/widgets.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

test('What is served can be found out step by step', async () => {
  await using door = await openFrontDoor();
  assert.deepEqual((await door.get('/api')).body.versions, ['v1']);
  const { body: groups } = await door.get('/apis');
  const apps = groups.groups.find(({ name }: { name: string }) => name === 'apps');
  assert.deepEqual(apps.preferredVersion, { groupVersion: 'apps/v1', version: 'v1' });
  assert.deepEqual((await door.get('/apis/apps')).body.name, 'apps');
  const { body: list } = await door.get('/apis/apps/v1');
  const names = list.resources.map(({ name }: { name: string }) => name);
  for (const name of ['deployments', 'deployments/scale', 'deployments/status'])
    assert.ok(names.includes(name));
  assert.equal((await door.get('/apis/nothing.example.com')).status, 404);
});

test('Or all at once, with a tag that spares the second answer', async () => {
  await using door = await openFrontDoor();
  const { headers, body } = await door.get('/apis', { accept: aggregated });
  assert.equal(headers['content-type'], aggregated.split(',')[0]);
  assert.equal(body.kind, 'APIGroupDiscoveryList');
  const apps = body.items.find((item: { metadata: { name: string } }) => item.metadata.name === 'apps');
  const deployments = apps.versions[0].resources.find(
    (one: { resource: string }) => one.resource === 'deployments',
  );
  // Empty is what is around it: `apps/v1`.
  assert.deepEqual(deployments.responseKind, { group: '', version: '', kind: 'Deployment' });
  assert.deepEqual(deployments.shortNames, ['deploy']);
  assert.deepEqual(
    deployments.subresources.map(({ subresource }: { subresource: string }) => subresource),
    ['scale', 'status'],
  );
  const again = await door.get('/apis', { accept: aggregated, 'if-none-match': headers.etag ?? '' });
  assert.equal(again.status, 304);
  assert.equal((await door.get('/apis', { accept: 'text/plain' })).status, 406);
  assert.match(
    (await door.get('/apis/apps', { accept: 'application/yaml' })).body,
    /^apiVersion: v1\nkind: APIGroup/,
  );
  const core = await door.get('/api', { accept: aggregated });
  assert.equal(core.body.items[0].versions[0].version, 'v1');
});

test('A new kind is in discovery and in the documents as soon as it is served', async () => {
  await using door = await openFrontDoor();
  const before = await door.get('/openapi/v3');
  await door.post(crds, widgetDefinition());
  const { body: list } = await door.get('/apis/example.com/v1');
  assert.deepEqual(
    list.resources.map(({ name }: { name: string }) => name),
    ['widgets', 'widgets/scale', 'widgets/status'],
  );
  const { body: index } = await door.get('/openapi/v3');
  assert.equal(before.body.paths['apis/example.com/v1'], undefined);
  const { body: document, headers } = await door.get(index.paths['apis/example.com/v1'].serverRelativeURL);
  assert.equal(headers['cache-control'], 'public, immutable');
  const path = document.paths['/apis/example.com/v1/namespaces/{namespace}/widgets/{name}'];
  assert.deepEqual(path.patch['x-kubernetes-group-version-kind'], {
    group: 'example.com',
    version: 'v1',
    kind: 'Widget',
  });
  const parameters = path.patch.parameters.map(({ name }: { name: string }) => name);
  assert.ok(parameters.includes('fieldValidation'));
  const schema = Object.values(document.components.schemas).find(
    (one) => (one as { description?: string }).description === 'A widget of the example.',
  );
  assert.ok(schema);
});

test('Every group and version has its document, and the addresses of the others stay', async () => {
  await using door = await openFrontDoor();
  const { body: before } = await door.get('/openapi/v3');
  await door.post(crds, widgetDefinition());
  const { body: after } = await door.get('/openapi/v3');
  for (const [name, entry] of Object.entries(before.paths)) assert.deepEqual(after.paths[name], entry);
  const { body } = await door.get('/openapi/v3/api/v1');
  assert.equal(body.openapi, '3.0.0');
  assert.ok(body.components.schemas['io.k8s.api.core.v1.Pod']);
  const { body: v2 } = await door.get('/openapi/v2');
  assert.ok(v2.definitions['io.k8s.api.apps.v1.Deployment']);
  assert.equal((await door.get('/openapi/v3', { accept: 'application/x+protobuf' })).status, 406);
});

test('Who is not known learns that somebody is at home, and nothing else', async () => {
  await using engine = await startEngine();
  const door = frontDoorOf(engine.transport(anonymous), async () => {});
  for (const path of ['/readyz', '/livez', '/healthz', '/version']) {
    assert.equal((await door.get(path)).status, 200, path);
  }
  for (const path of ['/api/v1/namespaces', '/apis', '/openapi/v3', '/', '/nowhere', '/readyz/ping']) {
    assert.equal((await door.get(path)).status, 403, path);
  }
});

test('Questions are answered, or refused by name', async () => {
  await using door = await openFrontDoor();
  const review = { spec: { resourceAttributes: { verb: 'get', resource: 'pods', namespace: 'default' } } };
  const may = await door.post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review);
  assert.equal(may.body.status.allowed, true);
  const who = await door.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {});
  assert.equal(who.body.status.userInfo.username, 'admin');
  const token = await door.post('/apis/authentication.k8s.io/v1/tokenreviews', {});
  assert.equal(token.body.message, 'token is required for TokenReview in authentication');
  const binding = await door.post('/api/v1/namespaces/default/bindings', {});
  assert.match(binding.body.message, /is not served by this engine/);
});
