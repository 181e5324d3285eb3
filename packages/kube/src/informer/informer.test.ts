import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { added, bookmark, deleted, modified, openScene, versions } from '../../test/informer-scene.ts';
import { configMap, failure, listOf } from '../../test/scripted-api.ts';
import { configMaps } from '../kinds/index.ts';
import { keyOf } from '../name.ts';

describe('an informer', () => {
  it('lists, then watches from the version of the list', async (t) => {
    const { api, changes, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '5'), configMap('b', '7')));
    const informer = open();
    assert.equal(informer.hasSynced, false);
    assert.throws(() => informer.list(), /configmaps were read before they were listed/);
    await informer.synced;
    const watch = await api.nextWatch();
    assert.equal(watch.query.get('resourceVersion'), '10');
    assert.equal(watch.query.get('allowWatchBookmarks'), 'true');
    watch.send(added(configMap('c', '11')), modified(configMap('a', '12')), deleted(configMap('b', '13')));
    assert.deepEqual(versions(informer.list()), ['a@12', 'c@11']);
    assert.deepEqual(changes, ['+a', '+b', '+c', '~a', '-b']);
    assert.equal(informer.version, '13');
  });

  it('goes on from the last event or bookmark when the server ends the watch, without a new list', async (t) => {
    const { api, open } = openScene(t);
    api.answers(listOf('10'));
    open();
    const first = await api.nextWatch();
    first.send(added(configMap('a', '11')));
    first.end();
    const second = await api.nextWatch();
    assert.equal(second.query.get('resourceVersion'), '11');
    second.send(bookmark('50'));
    second.end();
    const third = await api.nextWatch();
    assert.equal(third.query.get('resourceVersion'), '50');
    assert.equal(api.requests.filter(({ query }) => !query.startsWith('watch')).length, 1);
  });

  it('lists anew on 410 and tells of what was deleted meanwhile', async (t) => {
    const { api, changes, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '5'), configMap('b', '7')), listOf('90', configMap('b', '80')));
    const informer = open();
    const watch = await api.nextWatch();
    watch.send({ type: 'ERROR', object: failure(410, 'Expired') });
    const again = await api.nextWatch();
    assert.equal(again.query.get('resourceVersion'), '90');
    assert.deepEqual(changes, ['+a', '+b', '-a', '~b']);
    assert.deepEqual(versions(informer.list()), ['b@80']);
    assert.equal(informer.error, undefined);
  });

  it('tells nothing of what a new list finds unchanged', async (t) => {
    const { api, changes, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '5')), listOf('90', configMap('a', '5')));
    open();
    (await api.nextWatch()).send({ type: 'ERROR', object: failure(410, 'Expired') });
    await api.nextWatch();
    assert.deepEqual(changes, ['+a']);
  });

  it('never goes back to an older version of an object', async (t) => {
    const { api, changes, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '9')));
    const informer = open();
    (await api.nextWatch()).send(modified(configMap('a', '8')), modified(configMap('a', '10')));
    assert.deepEqual(versions(informer.list()), ['a@10']);
    assert.deepEqual(changes, ['+a', '~a']);
  });

  it('forgets all it knew when the server counts from the start again', async (t) => {
    const { api, changes, open } = openScene(t);
    api.answers(listOf('1000', configMap('a', '900')), listOf('3', configMap('a', '2')));
    const informer = open();
    (await api.nextWatch()).send({ type: 'ERROR', object: failure(410, 'Expired') });
    await api.nextWatch();
    assert.deepEqual(versions(informer.list()), ['a@2']);
    assert.deepEqual(changes, ['+a', '-a', '+a']);
  });

  it('tries a failing list for ever, with growing pauses, and says why meanwhile', async (t) => {
    const { api, clock, open } = openScene(t);
    api.answers(failure(500, 'InternalError'));
    const informer = open();
    let before = 0;
    for (let i = 0; i < 20; i += 1) {
      await turn();
      assert(api.requests.length > before, 'it gave up');
      before = api.requests.length;
      clock.advance(30_000);
    }
    assert.match(informer.error?.message ?? '', /InternalError/);
    api.answers(listOf('10', configMap('a', '5')));
    clock.advance(30_000);
    await informer.synced;
    await api.nextWatch();
    await turn();
    assert.equal(informer.error, undefined);
  });

  it('does not spin when every watch ends as soon as it is open', async (t) => {
    const { api, open } = openScene(t);
    api.answers(listOf('10'));
    open();
    (await api.nextWatch()).end();
    (await api.nextWatch()).end();
    await turn();
    await turn();
    assert.equal(api.requests.length, 3, 'a list and two watches; the third waits for the clock');
  });

  it('waits as long as the server asks it to', async (t) => {
    const { api, clock, open } = openScene(t);
    api.answers(failure(429, 'TooManyRequests', { retryAfterSeconds: 7 }), listOf('10'));
    const informer = open();
    await turn();
    clock.advance(6_999);
    await turn();
    assert.equal(informer.hasSynced, false);
    clock.advance(1);
    await informer.synced;
  });

  it('leaves a watch that the server forgot to end', async (t) => {
    const { api, clock, open } = openScene(t);
    api.answers(listOf('10'));
    open();
    const { query } = await api.nextWatch();
    clock.advance((Number(query.get('timeoutSeconds')) + 31) * 1000);
    await api.nextWatch();
  });

  it('takes the whole collection at once when its pages expire while it reads them', async (t) => {
    const { api, open } = openScene(t);
    const page = listOf('10', configMap('a', '5')) as { metadata: object };
    const first = { ...page, metadata: { ...page.metadata, continue: 'token' } };
    api.answers(first, failure(410, 'Expired'), listOf('20', configMap('a', '5'), configMap('b', '19')));
    const informer = open();
    await informer.synced;
    assert.deepEqual(versions(informer.list()), ['a@5', 'b@19']);
    assert.deepEqual(
      api.requests.slice(0, 3).map(({ query }) => query),
      ['limit=500', 'limit=500&continue=token', ''],
    );
  });

  it('tells a late subscriber of what is there', async (t) => {
    const { api, cache, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '5')));
    await open().synced;
    const seen: string[] = [];
    cache.informer(configMaps).subscribe(({ after }) => seen.push(keyOf(after?.metadata ?? { name: '' })));
    assert.deepEqual(seen, ['default/a']);
  });

  it('finds objects by index, also after they moved', async (t) => {
    const { api, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '5', 'red'), configMap('b', '6', 'red')));
    const informer = open();
    informer.index('color', ({ data }) => [data?.value ?? '']);
    (await api.nextWatch()).send(modified(configMap('b', '11', 'blue')));
    assert.deepEqual(versions(informer.byIndex('color', 'red')), ['a@5']);
    assert.deepEqual(versions(informer.byIndex('color', 'blue')), ['b@11']);
    assert.deepEqual(versions(informer.list('default')), ['a@5', 'b@11']);
    assert.deepEqual(versions(informer.list('elsewhere')), []);
  });

  it('gives frozen objects to tests', async (t) => {
    const { api, open } = openScene(t);
    api.answers(listOf('10', configMap('a', '5', 'red')));
    const informer = open();
    await informer.synced;
    const data = informer.get('default/a')?.data as Record<string, string>;
    assert.throws(() => {
      data.value = 'blue';
    }, TypeError);
  });

  it('is shared by all who ask for the same kind and scope', async (t) => {
    const { api, cache } = openScene(t);
    api.answers(listOf('10'));
    assert.equal(cache.informer(configMaps), cache.informer(configMaps, {}));
    assert.notEqual(cache.informer(configMaps), cache.informer(configMaps, { namespace: 'a' }));
    await cache.synced();
  });

  it('that never synced says so when the cache is closed', async (t) => {
    const { api, cache, open } = openScene(t);
    api.answers(failure(500, 'InternalError'));
    const informer = open();
    await cache.close();
    await assert.rejects(informer.synced, /closed before configmaps were listed/);
  });
});
