import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainApp } from './apps.ts';
import { missingTool } from './tools.ts';
import { type Ended, openPlatform } from './platform.ts';

const well = ({ status, text }: Ended): string => {
  assert.equal(status, 0, text);
  return text;
};

test('a Flask app from its creation to its logs', {
  skip: missingTool('python3 -m pip', 'kubectl'),
  timeout: 180_000,
}, async (t) => {
  await using platform = await openPlatform();
  const shop = await platform.repository('shop', 'flask');

  await t.test('create makes the app and its git remote', async () => {
    const text = well(await platform.fairlead(shop, 'create'));
    assert.match(text, /shop is created: v1/);
    assert.match(
      well(await platform.git(shop, 'remote', '-v')),
      /fairlead\s+http:\/\/localhost:\d+\/git\/default\/shop\.git/,
    );
  });

  await t.test('git push shows the build and ends when the app answers', async () => {
    const text = well(await platform.git(shop, 'push', 'fairlead', 'main'));
    assert.match(text, /Collecting Flask|Flask/);
    assert.match(text, /v2 deployed/);
    assert.deepEqual(await platform.get('shop.localhost'), { status: 200, body: 'Powered by Fairlead\n' });
  });

  await t.test('scale web=5 gives five distinct copies that answer', async () => {
    well(await platform.fairlead(shop, 'scale', 'web=5'));
    const answered = new Set<string>();
    for (let turn = 0; turn < 200 && answered.size < 5; turn += 1) {
      const { status, body } = await platform.get('shop.localhost', '/who');
      assert.equal(status, 200, body);
      const [host, , port] = body.split(' ');
      // Copies that share a network differ by their port, others by their host.
      answered.add(`${host}:${port}`);
    }
    assert.equal(answered.size, 5);
    const rows = well(await platform.fairlead(shop, 'ps'))
      .split('\n')
      .filter((line) => line.includes(' up '));
    assert.equal(rows.length, 5);
  });

  await t.test('config set makes a release, and the page shows it', async () => {
    assert.match(
      well(await platform.fairlead(shop, 'config', 'set', 'POWERED_BY=Kubernetes')),
      /v3 deployed/,
    );
    assert.equal((await platform.get('shop.localhost')).body, 'Powered by Kubernetes\n');
    assert.equal(well(await platform.fairlead(shop, 'config:list')), 'POWERED_BY=Kubernetes\n');
  });

  await t.test('releases tell who changed what', async () => {
    const sha = well(await platform.git(shop, 'rev-parse', '--short=7', 'HEAD')).trim();
    const rows = JSON.parse(well(await platform.fairlead(shop, 'releases', '-o', 'json'))) as {
      spec: { version: number; summary: string; changedBy: string };
    }[];
    const told = rows.map(({ spec }) => `v${spec.version} ${spec.summary}`);
    assert.deepEqual(told, ['v3 added POWERED_BY', `v2 deployed ${sha}`, 'v1 created']);
  });

  await t.test('rollback brings the release before back, as a new one', async () => {
    assert.match(well(await platform.fairlead(shop, 'rollback')), /v4 deployed/);
    assert.equal((await platform.get('shop.localhost')).body, 'Powered by Fairlead\n');
    assert.match(well(await platform.fairlead(shop, 'releases')), /v4\s+Succeeded\s+rolled back to v2/);
  });

  await t.test('logs are those of all five copies', async () => {
    const text = well(await platform.fairlead(shop, 'logs'));
    const copies = new Set(
      text
        .split('\n')
        .filter((line) => line.includes(' | '))
        .map((line) => line.split(' | ', 1)[0]),
    );
    assert.equal(copies.size, 5);
  });

  await t.test('it is Kubernetes all the way down', async () => {
    const listed = well(await platform.kubectl('get', 'apps,images,releases,deployments,pods', '-o', 'wide'));
    for (const part of [
      'app.fairlead.dev/shop',
      'release.fairlead.dev/shop-v4',
      'deployment.apps/shop-web',
      'pod/shop-web-',
    ])
      assert.ok(listed.includes(part), `${part} in\n${listed}`);
    const described = well(await platform.kubectl('describe', 'app', 'shop'));
    assert.match(described, /Phase:\s+Running/);
    const [, events = ''] = described.split('\nEvents:\n');
    // Those of one second stand in no order.
    for (const told of [
      /Building .* FirstBuild/,
      /Deploying .* v2 deployed/,
      /Succeeded .* v4 rolled back to v2/,
    ])
      assert.match(events, told);
  });

  const inline = (content: string): string =>
    JSON.stringify({
      apiVersion: 'fairlead.dev/v1alpha1',
      kind: 'App',
      metadata: { name: 'written' },
      spec: {
        source: {
          files: [
            { path: 'app.py', content },
            { path: 'Procfile', content: 'web: python3 app.py\n' },
          ],
        },
      },
    });

  await t.test('kubectl apply of an App with its files in it deploys them', async () => {
    const apply = ['kubectl', '--kubeconfig', platform.kubeconfig, 'apply', '-f', '-'] as const;
    well(await platform.run(shop, apply, inline(plainApp(1)['app.py'] ?? '')));
    const running = ['wait', 'app/written', '--for=jsonpath={.status.phase}=Running', '--timeout=30s'];
    well(await platform.kubectl(...running));
    assert.match((await platform.get('written.localhost')).body, /version 1/);
    const refused = await platform.run(shop, apply, inline(`# ${'x'.repeat(200_001)}`));
    assert.equal(refused.status, 1, refused.text);
    assert.match(refused.err, /E_SOURCE_TOO_LARGE[^]*200000[^]*git push[^]*fairlead deploy/);
    assert.match((await platform.get('written.localhost')).body, /version 1/, 'it serves on');
    well(await platform.fairlead(shop, 'destroy', '--app', 'written', '--confirm', 'written'));
  });

  await t.test('destroy leaves nothing', async () => {
    well(await platform.fairlead(shop, 'destroy', '--confirm', 'shop'));
    assert.equal((await platform.get('shop.localhost')).status, 404);
    const left = well(
      await platform.kubectl('get', 'apps,images,releases,deployments,replicasets,pods', '-o', 'name'),
    );
    assert.equal(left, '');
  });
});
