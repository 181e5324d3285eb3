import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFrontDoor } from '../../testing/front-door.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

test('Whoever may read /metrics sees what was asked, how it ended and what is kept', async () => {
  await using door = await openFrontDoor();
  await door.post(MAPS, { metadata: { name: 'one' } });
  await door.post(MAPS, { metadata: { name: 'one' } });
  await door.get(`${MAPS}/one`);
  await door.get(MAPS);
  const { status, headers, body } = await door.get('/metrics');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  const configmaps = 'group="",version="v1",resource="configmaps",subresource=""';
  for (const line of [
    `apiserver_request_total{verb="POST",${configmaps},scope="namespace",code="201"} 1`,
    `apiserver_request_total{verb="POST",${configmaps},scope="namespace",code="409"} 1`,
    `apiserver_request_total{verb="GET",${configmaps},scope="resource",code="200"} 1`,
    `apiserver_request_total{verb="LIST",${configmaps},scope="namespace",code="200"} 1`,
    `apiserver_request_duration_seconds_count{verb="GET",${configmaps},scope="resource"} 1`,
    'apiserver_current_inflight_requests{request_kind="mutating"} 0',
    'apiserver_storage_objects{resource="configmaps"} 1',
    'fairlead_store_failing 0',
  ]) {
    assert.ok(body.split('\n').includes(line), line);
  }
});

test('Names that strangers think up make no new figures', async () => {
  await using door = await openFrontDoor();
  for (const path of ['/apis/a.b/v1/c', `${MAPS}/one/part`, '/nowhere']) await door.get(path);
  const { body } = await door.get('/metrics');
  assert.doesNotMatch(body, /a\.b|"part"|nowhere/);
});
