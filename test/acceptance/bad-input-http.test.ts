import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type KubeconfigContext, loadKubeconfig } from '@fairlead/kube/http';
import { archive, declaring, type Entry } from './archives.ts';
import { ask, type Asked, type Heard } from './http.ts';
import { openTerminal } from './person.ts';
import { openPlatform, type Platform } from './platform.ts';

const megabyte = Buffer.alloc(1024 * 1024);

async function* zeros(megabytes: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < megabytes; sent += 1) yield megabyte;
}

// No client's good manners here: requests as an attacker or a broken program sends them.
describe('raw requests', { timeout: 120_000 }, () => {
  let platform: Platform;
  let api: KubeconfigContext;

  before(async () => {
    platform = await openPlatform();
    api = await loadKubeconfig(platform.kubeconfig);
    const folder = join(platform.folder, 'shop');
    await mkdir(folder);
    const { status, text } = await openTerminal(platform).fairlead(folder, 'create');
    assert.equal(status, 0, text);
  });
  after(() => platform[Symbol.asyncDispose]());

  const signed = (token = api.token ?? ''): Record<string, string> => ({ authorization: `Bearer ${token}` });
  const visit = (path: string, asked: Asked = {}): Promise<Heard> =>
    ask(`http://127.0.0.1:${platform.port}${path}`, asked);
  const kube = (path: string, { headers, ...asked }: Asked = {}): Promise<Heard> =>
    ask(`${api.server}${path}`, { ...asked, ca: api.ca ?? '', headers: { ...signed(), ...headers } });
  const json = { 'content-type': 'application/json' };
  const appsPath = '/apis/fairlead.dev/v1alpha1/namespaces/default/apps';

  describe('without a token, or with a wrong one', () => {
    const doors: readonly (readonly [string, Asked])[] = [
      ['/deploy/default/shop', { method: 'POST', body: 'x' }],
      ['/v2/', {}],
      ['/v2/default/shop/manifests/latest', {}],
      ['/v2/default/shop/blobs/uploads/', { method: 'POST' }],
      ['/git/default/shop.git/info/refs?service=git-receive-pack', {}],
      ['/git/default/shop.git/info/refs?service=git-upload-pack', {}],
      ['/git/default/shop.git/git-receive-pack', { method: 'POST', body: '0000' }],
    ];
    const basic = (pair: string) => ({ authorization: `Basic ${Buffer.from(pair).toString('base64')}` });
    const strangers: readonly Record<string, string>[] = [
      {},
      signed('wrong'),
      signed(''),
      basic('fairlead:wrong'),
      basic('admin'),
      { authorization: 'Bearer' },
      { authorization: 'Digest x' },
    ];
    for (const [path, asked] of doors) {
      it(`${path} is closed`, async () => {
        for (const headers of strangers) {
          const { status, headers: said, body } = await visit(path, { ...asked, headers });
          assert.equal(status, 401, JSON.stringify(headers));
          assert.match(String(said['www-authenticate']), /^(Basic|Bearer) /);
          assert.match(body, /E_UNAUTHORIZED|UNAUTHORIZED/);
        }
      });
    }

    it('the Kubernetes API is closed', async () => {
      for (const headers of strangers) {
        const { status, body } = await kube('/api/v1/pods', { headers: { authorization: '', ...headers } });
        // Whoever shows what is no token at all is anonymous, as with Kubernetes.
        const isToken = headers['authorization'] === signed('wrong')['authorization'];
        assert.equal(status, isToken ? 401 : 403, JSON.stringify(headers));
        const { reason } = JSON.parse(body) as { reason: string };
        assert.equal(reason, isToken ? 'Unauthorized' : 'Forbidden');
      }
      assert.equal((await kube('/readyz', { headers: { authorization: '' } })).status, 200);
    });

    it('who sends a lot hears it too', async () => {
      const body = zeros(20);
      const asked = { method: 'POST', headers: signed('wrong'), body };
      assert.equal((await visit('/deploy/default/shop', asked)).status, 401);
      const post = { method: 'POST', headers: { ...signed('wrong'), ...json }, body: zeros(20) };
      assert.equal((await kube(appsPath, post)).status, 401);
    });
  });

  describe('the router', () => {
    it('answers an unknown host with 404', async () => {
      for (const host of [
        'nope.localhost',
        'example.com',
        'shop.localhost.example.com',
        '..',
        '[::1',
        '%00',
      ]) {
        const { status, body } = await visit('/', { headers: { host } });
        assert.equal(status, 404, host);
        assert.match(body, /E_ROUTE_NOT_FOUND/);
      }
    });

    it('answers an app without copies with 503', async () => {
      const { status } = await visit('/', { headers: { host: 'shop.localhost' } });
      assert.ok(status === 404 || status === 503, String(status));
    });

    const raw = (text: string): Promise<string> =>
      new Promise((done) => {
        let heard = '';
        const socket = connect(platform.port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => (heard += chunk.toString()));
        socket.on('error', () => {});
        socket.on('close', () => done(heard.split('\r\n', 1)[0] ?? ''));
        // A server that has answered may keep the connection.
        socket.on('data', () => socket.end());
      });
    const rows: readonly (readonly [string, string, RegExp])[] = [
      ['no HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400/],
      ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1\.1 400/],
      [
        'two lengths',
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
        /^HTTP\/1\.1 400/,
      ],
      [
        'a length and chunks',
        'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        /^HTTP\/1\.1 400/,
      ],
      [
        'a header without end',
        `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`,
        /^HTTP\/1\.1 431/,
      ],
    ];
    for (const [what, text, expected] of rows)
      it(`refuses ${what}`, async () => assert.match(await raw(text), expected));
  });

  describe('the gateway', () => {
    const deploy = (body: Asked['body'], app = 'shop'): Promise<Heard> =>
      visit(`/deploy/default/${app}`, { method: 'POST', headers: signed(), body: body ?? '' });
    /** The end of what is told. */
    const told = async (body: Asked['body']): Promise<string> => {
      const { status, body: lines } = await deploy(body);
      assert.equal(status, 200, lines);
      const end = JSON.parse(lines.trim().split('\n').at(-1) ?? '') as { ok: boolean; text: string };
      assert.equal(end.ok, false);
      return end.text;
    };

    const hostile: readonly (readonly [string, Entry, string])[] = [
      ['a path that leaves', { name: '../../etc/cron.d/x' }, 'the path leaves the source'],
      ['a path that leaves later', { name: 'a/../../x' }, 'the path leaves the source'],
      ['an absolute path', { name: '/etc/passwd' }, 'the path is absolute'],
      ['a device', { name: 'null', type: 'character-device' }, 'but a character-device'],
      ['a pipe', { name: 'pipe', type: 'fifo' }, 'but a fifo'],
      [
        'a link to an absolute path',
        { name: 'l', type: 'symlink', linkname: '/etc/passwd' },
        'an absolute path',
      ],
      [
        'a link that leaves',
        { name: 'a/l', type: 'symlink', linkname: '../../x' },
        'leads out of the source',
      ],
      [
        'a hard link that leaves',
        { name: 'h', type: 'link', linkname: '../x' },
        'the path leaves the source',
      ],
    ];
    for (const [what, entry, reason] of hostile) {
      it(`refuses an archive with ${what}`, async () => {
        const text = await told(await archive({ name: 'app.py' }, entry));
        assert.match(text, /^E_SOURCE_UNSAFE {2}the source cannot be taken\n/);
        assert.ok(text.includes(reason), text);
      });
    }

    it('refuses what is no archive, or less than one', async () => {
      assert.match(await told('this is no archive'.repeat(100)), /^E_SOURCE_UNSAFE .*\n.*"the archive": /);
      const whole = await archive({ name: 'app.py', content: 'x'.repeat(5000) });
      assert.match(await told(whole.subarray(0, 2000)), /^E_SOURCE_UNSAFE/);
    });

    it('refuses an archive that holds nothing to run', async () => {
      assert.match(await told(''), /^E_BUILD_NO_RUNTIME/);
      assert.match(await told(await archive({ name: 'a\u001b[2J\n' })), /^E_BUILD_NO_RUNTIME/);
    });

    it('refuses a source that is too large, by what it declares and by what comes', async () => {
      assert.match(
        await told(await declaring('large', 0o77777777777)),
        /^E_SOURCE_TOO_LARGE .*\n.*8589934591 bytes; 209715200 are allowed/,
      );
      async function* much(): AsyncGenerator<Uint8Array> {
        for (let index = 0; index < 10; index += 1) {
          yield declaring(`f${index}`, 32 * megabyte.length);
          yield* zeros(32);
        }
      }
      assert.match(await told(much()), /^E_SOURCE_TOO_LARGE/);
    });

    it('refuses what is for no app, before it takes anything', async () => {
      const { status, body } = await deploy(zeros(20), 'nope');
      assert.equal(status, 404);
      assert.partialDeepStrictEqual(JSON.parse(body), {
        code: 'E_APP_NOT_FOUND',
        details: { app: 'nope', namespace: 'default' },
      });
      const repositories = await readdir(join(platform.folder, 'data/registry'), { recursive: true });
      assert.ok(!repositories.some((path) => path.includes('nope')), 'nothing was stored');
    });

    it('knows no other paths and methods', async () => {
      for (const path of [
        '/deploy',
        '/deploy/default',
        '/deploy/default/a%2Fb',
        '/deploy/default/A',
        '/nothing',
      ])
        assert.equal((await visit(path, { method: 'POST', headers: signed() })).status, 404, path);
      for (const method of ['GET', 'PUT', 'DELETE'])
        assert.equal(
          (await visit('/deploy/default/shop', { method, headers: signed() })).status,
          404,
          method,
        );
    });
  });

  describe('the Kubernetes API', () => {
    const post = (body: Asked['body'], headers: Record<string, string> = json): Promise<Heard> =>
      kube(appsPath, { method: 'POST', headers, body: body ?? '' });
    const refusal = async (heard: Promise<Heard>): Promise<string> => {
      const { status, body } = await heard;
      const said = JSON.parse(body) as { kind: string; code: number; reason: string; message: string };
      assert.deepEqual([said.kind, said.code], ['Status', status]);
      return `${status} ${said.reason}: ${said.message}`;
    };
    const rows: readonly (readonly [string, string, Record<string, string>, RegExp])[] = [
      ['no JSON', '{"kind":', json, /^400 BadRequest: .*unexpected end of JSON input/],
      ['nothing', '', json, /^400 BadRequest/],
      [
        'a control character',
        '{"kind":"App","metadata":{"name":"a\u0007"}}',
        json,
        /^400 BadRequest: .*invalid character '\\x07'/,
      ],
      ['a list', '[]', json, /^400 BadRequest/],
      ['no YAML', 'a: [', { 'content-type': 'application/yaml' }, /^400 BadRequest: .*yaml/i],
      ['another kind', '{"apiVersion":"v1","kind":"Pod"}', json, /^400 BadRequest/],
      ['another format', 'x', { 'content-type': 'text/plain' }, /^415 UnsupportedMediaType/],
      ['a depth without end', '['.repeat(100_000), json, /^400 BadRequest/],
    ];
    for (const [what, body, headers, expected] of rows)
      it(`refuses ${what}`, async () => assert.match(await refusal(post(body, headers)), expected));

    it('refuses a body that is too large, to who says so and to who does not', async () => {
      const length = { ...json, 'content-length': String(20 * megabyte.length) };
      assert.match(await refusal(post(zeros(20), length)), /^413 RequestEntityTooLarge: .*limit is 3145728/);
      assert.match(await refusal(post(zeros(20))), /^413 RequestEntityTooLarge/);
    });

    it('refuses an App that could never run', async () => {
      const app = (name: string, spec: unknown): string =>
        JSON.stringify({ apiVersion: 'fairlead.dev/v1alpha1', kind: 'App', metadata: { name }, spec });
      const invalid: readonly (readonly [string, RegExp])[] = [
        [app('a--b', {}), /^422 Invalid: .*metadata\.name: E_APP_NAME/],
        [app('Ümlaut', {}), /^422 Invalid: .*metadata\.name/],
        [app('a', { processes: { 'a b': {} } }), /E_PROCESS_NAME: a b cannot be the name of a process of a/],
        [app('a', { env: [{ name: 'A', value: 'a\0b' }] }), /E_CONFIG_VALUE/],
        [app('a', { env: [{ name: 'A\n' }] }), /^422 Invalid: .*spec\.env\[0\]\.name/],
        [app('a', { processes: { web: { replicas: -1 } } }), /^422 Invalid: .*greater than or equal to 0/],
        [app('a', { source: { image: 'a', files: [] } }), /^422 Invalid: .*Too many: 2: must have at most 1/],
      ];
      for (const [body, expected] of invalid) assert.match(await refusal(post(body)), expected);
      assert.deepEqual(
        (JSON.parse((await kube(appsPath)).body) as { items: { metadata: { name: string } }[] }).items.map(
          ({ metadata }) => metadata.name,
        ),
        ['shop'],
      );
    });
  });
});
