import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startEngine } from '../../engine.ts';
import { type FrontDoor, frontDoorOf, openFrontDoor } from '../../testing/front-door.ts';
import { widgetDefinition } from '../../testing/widgets.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const widgets = '/apis/example.com/v1/namespaces/default/widgets';
const widget = (name: string, spec: object = { size: 3 }) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name },
  spec,
});

const withWidgets = async (): Promise<FrontDoor> => {
  const door = await openFrontDoor();
  await door.post(crds, widgetDefinition());
  return door;
};

test('A definition is established at once and its kind served from then on', async () => {
  await using door = await openFrontDoor();
  assert.equal((await door.get(widgets)).status, 404);
  const { status, body } = await door.post(crds, widgetDefinition());
  assert.equal(status, 201);
  assert.deepEqual(
    body.status.conditions.map((one: { type: string; status: string; reason: string }) => [
      one.type,
      one.status,
      one.reason,
    ]),
    [
      ['NamesAccepted', 'True', 'NoConflicts'],
      ['Established', 'True', 'InitialNamesAccepted'],
    ],
  );
  assert.deepEqual(body.status.storedVersions, ['v1']);
  assert.deepEqual(body.status.acceptedNames.listKind, 'WidgetList');
  assert.equal((await door.get(widgets)).body.kind, 'WidgetList');
});

test('Custom resources are defaulted, pruned and validated', async () => {
  await using door = await withWidgets();
  const { body, headers } = await door.post(widgets, widget('one', { size: 3, unknown: 1 }));
  assert.deepEqual(body.spec, { size: 3, color: 'grey' });
  assert.equal(headers.warning, '299 - "unknown field \\"spec.unknown\\""');
  assert.equal(body.metadata.generation, 1);
  const small = await door.post(widgets, widget('two', { size: 0 }));
  assert.equal(small.status, 422);
  assert.equal(
    small.body.message,
    'Widget.example.com "two" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
  );
  assert.equal(
    (await door.post(widgets, widget('two', {}))).body.details.causes[0].reason,
    'FieldValueRequired',
  );
});

test('An update of a custom resource names its version', async () => {
  await using door = await withWidgets();
  const { body } = await door.post(widgets, widget('one'));
  const blind = await door.put(`${widgets}/one`, widget('one', { size: 4 }));
  assert.equal(blind.status, 422);
  assert.match(
    blind.body.message,
    /metadata.resourceVersion: Invalid value: 0: must be specified for an update/,
  );
  const seen = await door.put(`${widgets}/one`, { ...body, spec: { size: 4 } });
  assert.equal(seen.body.metadata.generation, 2);
});

test('Status and scale of a custom resource are parts of their own', async () => {
  await using door = await withWidgets();
  await door.post(widgets, { ...widget('one', { size: 1, replicas: 2 }), status: { replicas: 9 } });
  assert.equal((await door.get(`${widgets}/one`)).body.status, undefined);
  const labelled = { metadata: { labels: { a: 'b' } }, status: { replicas: 2, selector: 'a=b' } };
  const { body } = await door.patch(`${widgets}/one/status`, labelled);
  assert.equal(body.status.replicas, 2);
  assert.equal(body.metadata.labels, undefined, 'a status write changes the status only');
  const scale = await door.get(`${widgets}/one/scale`);
  assert.deepEqual([scale.body.spec, scale.body.status], [{ replicas: 2 }, { replicas: 2, selector: 'a=b' }]);
});

test('An object is the same in every version', async () => {
  await using door = await withWidgets();
  await door.post(widgets.replace('/v1/', '/v1beta1/'), {
    ...widget('one'),
    apiVersion: 'example.com/v1beta1',
  });
  assert.equal((await door.get(`${widgets}/one`)).body.apiVersion, 'example.com/v1');
  const beta = await door.get(widgets.replace('/v1/', '/v1beta1/'));
  assert.equal(beta.body.items[0].apiVersion, 'example.com/v1beta1');
  const watch = await door.watch(`${widgets.replace('/v1/', '/v1beta1/')}?watch=1`);
  const [event] = await watch.count(1);
  assert.equal(event?.object.apiVersion, 'example.com/v1beta1');
});

test('Selectable fields select', async () => {
  await using door = await withWidgets();
  await door.post(widgets, widget('one'));
  await door.post(widgets, widget('two', { size: 1, color: 'red' }));
  const { body } = await door.get(`${widgets}?fieldSelector=spec.color=red`);
  assert.deepEqual(
    body.items.map((item: { metadata: { name: string } }) => item.metadata.name),
    ['two'],
  );
});

test('A table shows the columns of the definition', async () => {
  await using door = await withWidgets();
  await door.post(widgets, widget('one'));
  await door.patch(`${widgets}/one/status`, { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
  const { body } = await door.get(widgets, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  assert.deepEqual(
    body.columnDefinitions.map(({ name, priority }: { name: string; priority: number }) => [name, priority]),
    [
      ['Name', 0],
      ['Size', 0],
      ['Ready', 0],
      ['Age', 1],
    ],
  );
  assert.deepEqual(body.rows[0].cells.slice(0, 3), ['one', 3, 'True']);
});

test('A definition that says too little or contradicts itself is refused with every cause', async () => {
  await using door = await openFrontDoor();
  const broken = widgetDefinition({ name: 'wrong.example.com', names: { kind: 'Not A Kind' } });
  const { status, body } = await door.post(crds, broken);
  assert.equal(status, 422);
  const fields = body.details.causes.map(({ field }: { field: string }) => field);
  assert.ok(fields.includes('metadata.name'));
  assert.ok(fields.includes('spec.names.kind'));
});

test('Names that are taken are said to be; they are accepted when they become free', async () => {
  await using door = await withWidgets();
  const second = widgetDefinition({
    name: 'gadgets.example.com',
    names: { plural: 'gadgets', shortNames: ['gd'] },
  });
  const { body } = await door.post(crds, second);
  assert.equal(body.status.conditions[0].reason, 'ListKindConflict');
  assert.equal(body.status.conditions[1].status, 'False');
  assert.equal((await door.get(widgets.replace('widgets', 'gadgets'))).status, 404);
  const watch = await door.watch(`${crds}?watch=1&fieldSelector=metadata.name=gadgets.example.com`);
  await door.delete(`${crds}/widgets.example.com`);
  await watch.count(2);
  assert.equal((await door.get(widgets.replace('widgets', 'gadgets'))).status, 200);
});

test('A definition that is deleted takes its objects along', async () => {
  await using door = await withWidgets();
  await door.post(widgets, widget('one'));
  await door.post(widgets, { ...widget('two'), metadata: { name: 'two', finalizers: ['example.com/mine'] } });
  const watch = await door.watch(`${crds}?watch=1`);
  const { body: going } = await door.delete(`${crds}/widgets.example.com`);
  assert.ok(going.metadata.finalizers.includes('customresourcecleanup.apiextensions.k8s.io'));
  assert.equal((await door.post(widgets, widget('three'))).status, 403);
  await door.patch(`${widgets}/two`, { metadata: { finalizers: null } });
  const events = await watch.count(3);
  assert.equal(going.status.conditions.at(-1).type, 'Terminating');
  assert.equal(events.at(-1)?.type, 'DELETED');
  assert.equal((await door.get(widgets)).status, 404);
});

test('Whoever writes over the conditions of a definition neither ends its kind nor keeps it for ever', async () => {
  await using door = await withWidgets();
  const watching = await door.watch(`${crds}?watch=1`);
  const path = `${crds}/widgets.example.com`;
  const patch = [{ op: 'add', path: '/status/conditions', value: [{ message: 'patched' }] }];
  const type = { 'content-type': 'application/json-patch+json' };
  const { status, body } = await door.patch(`${path}/status`, patch, type);
  assert.deepEqual([status, body.status.conditions[0].message], [200, 'patched']);
  const [, , again] = await watching.count(3);
  const types = (again?.object.status.conditions ?? []).map((one: { type: string }) => one.type);
  assert.ok(types.includes('Established'), types.join());
  assert.equal((await door.get(widgets)).status, 200);
  await door.delete(path);
  await watching.count(5);
  assert.equal((await door.get(widgets)).status, 404);
  watching.close();
});

test('Definitions and their objects outlive the engine', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-crd-'));
  {
    await using engine = await startEngine({ store: { data: folder } });
    const door = frontDoorOf(engine.transport(), () => Promise.resolve());
    await door.post(crds, widgetDefinition());
    await door.post(widgets, widget('one'));
  }
  await using engine = await startEngine({ store: { data: folder } });
  const door = frontDoorOf(engine.transport(), () => Promise.resolve());
  assert.deepEqual((await door.get(`${widgets}/one`)).body.spec, { size: 3, color: 'grey' });
  await rm(folder, { recursive: true });
});
