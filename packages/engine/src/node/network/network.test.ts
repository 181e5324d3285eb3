import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { whyNotIsolated } from '../sandbox/support.ts';
import { openNetwork, removeNetwork } from './network.ts';
import { networkNames } from './names.ts';

const run = promisify(execFile);
const why = await whyNotIsolated();
const onError = (error: unknown) => {
  throw error;
};

describe('The networks of pods', { skip: why }, () => {
  let dataFolder: string;
  beforeEach(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'network-'));
  });
  afterEach(async () => {
    await removeNetwork(dataFolder);
    await rm(dataFolder, { recursive: true });
  });

  test('a pod reaches another and the node by its address, and has a localhost of its own', async () => {
    const network = await openNetwork({ dataFolder, onError });
    await network.keep([]);
    const [a, b] = await Promise.all([network.take(), network.take()]);
    const serve = `import http.server, socketserver
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(self.client_address[0].encode())
    def log_message(self, *a): pass
s = socketserver.TCPServer(("0.0.0.0", 80), H); print("on", flush=True); s.serve_forever()`;
    const server = execFile('ip', ['netns', 'exec', b.name, 'python3', '-c', serve]);
    await new Promise((done) => server.stdout?.once('data', done));
    try {
      const { stdout } = await run('ip', [
        'netns',
        'exec',
        a.name,
        'curl',
        '-sS',
        '-m',
        '5',
        `http://${b.address}`,
      ]);
      assert.equal(stdout, a.address);
      await assert.rejects(
        run('ip', ['netns', 'exec', a.name, 'curl', '-sS', '-m', '5', 'http://127.0.0.1']),
      );
      const fromNode = await run('curl', ['-sS', '-m', '5', `http://${b.address}`]);
      assert.equal(fromNode.stdout, network.address);
    } finally {
      server.kill('SIGKILL');
    }
    const own = createServer((socket) => socket.end('node')).listen(0, network.address);
    await new Promise((done) => own.once('listening', done));
    const { port } = own.address() as { port: number };
    const reached = await run('ip', [
      'netns',
      'exec',
      a.name,
      'curl',
      '-sS',
      '--http0.9',
      '-m',
      '5',
      `http://${network.address}:${port}`,
    ]);
    assert.equal(reached.stdout, 'node');
    own.close();
    await network.close();
  });

  test('a later node keeps what pods have, and removes the rest; in the end nothing is left', async () => {
    const first = await openNetwork({ dataFolder, onError });
    await first.keep([]);
    const kept = await first.take();
    const lost = await first.take();
    await first.close();
    const second = await openNetwork({ dataFolder, onError });
    await second.keep([kept]);
    assert.deepEqual([second.has(kept), second.has(lost), second.address], [true, false, first.address]);
    await second.release(kept);
    await second.close();
    await removeNetwork(dataFolder);
    const { node } = networkNames(dataFolder);
    const names = await readdir('/run/netns');
    assert.deepEqual(
      names.filter((name) => name.startsWith(node)),
      [],
    );
    await assert.rejects(run('ip', ['link', 'show', node]));
  });

  test('two nodes of one machine have ranges of their own', async () => {
    const other = await mkdtemp(join(tmpdir(), 'network-'));
    const [one, two] = await Promise.all(
      [dataFolder, other].map((folder) => openNetwork({ dataFolder: folder, onError })),
    );
    assert.notEqual(one?.address, two?.address);
    await removeNetwork(other);
    await rm(other, { recursive: true });
  });
});
