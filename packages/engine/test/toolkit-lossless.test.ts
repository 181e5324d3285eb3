import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Client,
  createClient,
  type KubeObject,
  kind,
  openCache,
  renderJson,
  systemClock,
  systemRandom,
} from '@fairlead/kube';
import { openHttp } from '@fairlead/kube/http';
import { type Engine, startEngine } from '../src/index.ts';

const widgets = kind({
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  resource: 'widgets',
  namespaced: true,
});
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Nothing of this has a type that we know. */
const spec = `{"big":9007199254740993,"least":-9223372036854775808,"list":[9223372036854775807,1,0.5,null],"deep":{"unknown":{"":"empty name","ä":"\\u2028"}}}`;
const name = { namespace: 'default', name: 'one' };

describe('what is read and written back is what it was', () => {
  let engine: Engine;
  let clients: readonly (readonly [string, Client])[];
  let close: () => Promise<void>;
  before(async () => {
    engine = await startEngine({ listen: { host: '127.0.0.1', port: 0 }, freeze: true });
    const http = openHttp(engine.access());
    close = () => http.close();
    clients = [
      ['in this process', createClient(engine.transport())],
      ['over HTTPS', createClient(http.transport)],
    ];
    const [[, client]] = clients as [readonly [string, Client]];
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    await client.json({ method: 'POST', path, body: definition });
    const metadata = `{"name":"one","namespace":"default","annotations":{"count":"9007199254740993"}}`;
    const body = Buffer.from(
      `{"apiVersion":"example.com/v1","kind":"Widget","metadata":${metadata},"spec":${spec}}`,
    );
    await client.json({ method: 'POST', path: '/apis/example.com/v1/namespaces/default/widgets', body });
  });
  after(async () => {
    await close();
    await engine.close();
  });

  const stored = async (client: Client): Promise<string> => {
    const { body } = await client.request({ path: '/apis/example.com/v1/namespaces/default/widgets/one' });
    const text = body.kind === 'object' ? Buffer.concat([...body.chunks()]).toString() : '';
    return /"spec":([^]*)\}\s*$/.exec(text)?.[1] ?? text;
  };
  const changed = (object: KubeObject, round: string): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { round } },
  });

  it('from a get, a list and a watch', async () => {
    for (const [way, client] of clients) {
      const resource = client.resource(widgets);
      const before = await stored(client);
      assert.deepEqual(JSON.parse(before), JSON.parse(spec));
      assert.match(before, /"big":9007199254740993,/);
      await resource.replace(changed(await resource.get(name), `get-${way.length}`));
      const { items } = await resource.list({ namespace: 'default' });
      await resource.replace(changed(items[0] as KubeObject, `list-${way.length}`));
      await using cache = openCache({ client, clock: systemClock, random: systemRandom, freeze: true });
      const informer = cache.informer(widgets);
      await informer.synced;
      const held = informer.get(name) as KubeObject;
      assert.match(renderJson(held), /"least":-9223372036854775808/);
      await resource.replace(changed(held, `watch-${way.length}`));
      assert.equal(await stored(client), before, way);
    }
  });

  it('through a patch and an apply, too', async () => {
    for (const [way, client] of clients) {
      const resource = client.resource(widgets);
      const { spec: read } = (await resource.get(name)) as KubeObject & { readonly spec: object };
      const before = await stored(client);
      await resource.patch(name, { type: 'merge', body: { spec: read } });
      await resource.patch(name, { type: 'json', body: [{ op: 'replace', path: '/spec', value: read }] });
      const { apiVersion, kind } = await resource.get(name);
      await resource.apply({ apiVersion, kind, metadata: name, spec: read } as never, { force: true });
      assert.equal(await stored(client), before, way);
    }
  });
});
