import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { geteuid } from 'node:process';
import { describe, test } from 'node:test';
import { plainApp } from './apps.ts';
import { openPlatform, type Platform } from './platform.ts';

const why = geteuid?.() === 0 ? undefined : 'pods are kept apart only by an agent that is root';

/** What an app or a build that means ill tries, as Python; what it got hold of it says in one line of JSON. */
const attack = (data: string): string => `
import json, os, socket
def read(path):
    try:
        return len(os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read())
    except OSError as error:
        return error.strerror
def dial(port):
    try:
        socket.create_connection(('127.0.0.1', port), 1).close()
        return 'connected'
    except OSError as error:
        return error.strerror
def found():
    paths = ['${data}', '${data}/engine', '${data}/engine/tokens.csv', '${data}/kubeconfig', '/proc/1/environ', '/proc/1/root/etc/shadow', '/etc/shadow']
    processes = len([name for name in os.listdir('/proc') if name.isdigit()])
    return json.dumps({'read': {path: read(path) for path in paths}, 'api': dial(PORT), 'processes': processes, 'user': os.getuid()})
`;

interface Found {
  readonly read: Readonly<Record<string, string | number>>;
  readonly api: string;
  readonly processes: number;
  readonly user: number;
}

const nothingFound = (text: string): void => {
  const line = /\{"read".*?"user": \d+\}/.exec(text)?.[0];
  assert.ok(line, text);
  const { read, api, processes, user } = JSON.parse(line) as Found;
  for (const [path, got] of Object.entries(read)) {
    assert.match(String(got), /^(No such file or directory|Permission denied)$/, `${path}: ${got}`);
  }
  assert.equal(api, 'Connection refused');
  assert.ok(processes < 12, `${processes} processes are seen`);
  assert.ok(user > 1_000_000_000);
};

const well = ({ status, text, out }: { status: number | null; text: string; out: string }): string => {
  assert.equal(status, 0, text);
  return out;
};

const conditionOf = async (platform: Platform): Promise<string> => {
  const path = `jsonpath={.items[0].status.conditions[?(@.type=="Isolation")].status}`;
  return well(await platform.kubectl('get', 'nodes', '-o', path));
};

describe('apps and builds that are kept apart', { skip: why }, () => {
  test('a hostile app and a hostile build script find nothing, and nothing is left of them', async () => {
    await using platform = await openPlatform();
    assert.equal(await conditionOf(platform), 'True');
    const data = join(platform.folder, 'data');
    const { api } = JSON.parse(await readFile(join(data, 'endpoints.json'), 'utf8')) as { api: string };
    const code = attack(data).replace('PORT', new URL(api).port);
    const server = `${code}
from http.server import BaseHTTPRequestHandler, HTTPServer
class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(found().encode())
HTTPServer(('0.0.0.0', int(os.environ['PORT'])), Page).serve_forever()`;
    const app = await platform.repository('hostile', { Procfile: 'web: python3 app.py\n', 'app.py': server });
    well(await platform.fairlead(app, 'create', 'hostile'));
    well(await platform.git(app, 'push', 'fairlead', 'main'));
    nothingFound((await platform.get('hostile.localhost')).body);

    await addHostilePackage(app, code);
    await platform.commit(app, { 'requirements.txt': '--find-links wheels\nevil==1.0\n' });
    const pushed = await platform.git(app, 'push', 'fairlead', 'main');
    assert.equal(pushed.status, 1, pushed.text);
    nothingFound(pushed.text);

    await platform.stop();
    // What the machine's network has of a platform is named by its folder.
    const node = `fl${createHash('sha256').update(join(data, 'node')).digest('hex').slice(0, 6)}`;
    for (const folder of ['/run/netns', '/sys/class/net']) {
      const left = (await readdir(folder)).filter((name) => name.startsWith(node));
      assert.deepEqual(left, [], folder);
    }
    assert.doesNotMatch(await readFile('/proc/self/mounts', 'utf8'), new RegExp(platform.folder));
  });
});

test('where apps share the machine each copy has a port of its own, and the node says so', async () => {
  await using platform = await openPlatform({ up: ['--isolation', 'none'] });
  assert.equal(await conditionOf(platform), 'False');
  const app = await platform.repository('plain', plainApp(1));
  well(await platform.fairlead(app, 'create', 'plain'));
  well(await platform.git(app, 'push', 'fairlead', 'main'));
  well(await platform.fairlead(app, 'scale', 'web=2'));
  assert.equal((await platform.get('plain.localhost')).body, 'version 1\n');
  const path = '{range .items[*]}{.status.podIP}:{.spec.containers[0].ports[0].containerPort} {end}';
  const places = well(await platform.kubectl('get', 'pods', '-o', `jsonpath=${path}`))
    .trim()
    .split(' ');
  assert.equal(new Set(places).size, 2);
  for (const place of places) assert.match(place, /^127\.0\.0\.1:2\d{4}$/);
});

/** A source package whose own build back end looks around, and then fails so that its words are shown. */
const addHostilePackage = async (app: string, code: string): Promise<void> => {
  const at = join(app, 'evil-1.0');
  await mkdir(at, { recursive: true });
  await mkdir(join(app, 'wheels'), { recursive: true });
  const project = `[build-system]\nrequires = []\nbuild-backend = "back_end"\nbackend-path = ["."]\n[project]\nname = "evil"\nversion = "1.0"\n`;
  await writeFile(join(at, 'pyproject.toml'), project);
  await writeFile(join(at, 'PKG-INFO'), 'Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n');
  await writeFile(join(at, 'back_end.py'), `${code}\nraise SystemExit(found())\n`);
  spawnSync('tar', ['czf', 'wheels/evil-1.0.tar.gz', 'evil-1.0'], { cwd: app });
};
