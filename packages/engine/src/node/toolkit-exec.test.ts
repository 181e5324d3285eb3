import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ApiError, type Client, createClient, execInPod, type ExecOptions } from '@fairlead/kube';
import { type HttpTransport, loadKubeconfig, openHttp } from '@fairlead/kube/http';
import { NodeWorld, script } from './world.fixture.ts';

const pod = { namespace: 'default', name: 'shop' };

describe('with the toolkit one runs a program in a container', () => {
  let world: NodeWorld;
  let http: HttpTransport;
  let clients: readonly (readonly [string, Client])[];
  before(async () => {
    world = await NodeWorld.open({ listen: true });
    await world.start();
    const image = await world.image();
    const container = script('web', image, 'setInterval(() => {}, 1000)');
    await world.run('shop', {
      containers: [{ ...container, env: [{ name: 'GREETING', value: 'good day' }] }],
    });
    await world.untilReady('shop');
    http = openHttp(await loadKubeconfig(world.kubeconfig));
    clients = [
      ['in this process', world.client],
      ['over HTTPS', createClient(http.transport)],
    ];
  });
  after(async () => {
    await http.close();
    await world[Symbol.asyncDispose]();
  });

  const run = async (client: Client, options: ExecOptions, input?: string) => {
    const session = await execInPod(client, pod, { stdin: input !== undefined, ...options });
    session.stdin.end(input ?? '');
    const [stdout, stderr] = await Promise.all([text(session.stdout), text(session.stderr)]);
    return { stdout, stderr, code: await session.ended };
  };

  it('its outputs and its code come back', async () => {
    const command = ['sh', '-c', 'echo "$GREETING"; echo oops >&2; exit 3'];
    for (const [way, client] of clients)
      assert.deepEqual(
        await run(client, { command }),
        { stdout: 'good day\n', stderr: 'oops\n', code: 3 },
        way,
      );
  });

  it('what it is given reaches it, and the end of it too', async () => {
    for (const [way, client] of clients) {
      const { stdout, code } = await run(client, { command: ['wc', '-c'] }, 'x'.repeat(300_000));
      assert.deepEqual([stdout.trim(), code], ['300000', 0], way);
    }
  });

  it('in a terminal it knows the size, and is told when that changes', async () => {
    const line = 'until stty size | grep -x "37 91"; do sleep 0.02; done; read line; echo "it was $line"';
    for (const [way, client] of clients) {
      const session = await execInPod(client, pod, { command: ['sh', '-c', line], stdin: true, tty: true });
      session.resize({ columns: 91, rows: 37 });
      session.stdin.write('typed\n');
      assert.match(await text(session.stdout), /37 91\r\n[^]*it was typed/, way);
      assert.equal(await session.ended, 0);
    }
  });

  it('what cannot be run is told, and what may not be', async () => {
    for (const [, client] of clients) {
      const none = await execInPod(client, pod, { command: ['gunicornn'] });
      none.stdout.resume();
      await assert.rejects(none.ended, /executable file not found in \$PATH/);
      const missing = execInPod(client, { ...pod, name: 'none' }, { command: ['true'] });
      await assert.rejects(missing, (error: unknown) => error instanceof ApiError && error.code === 404);
    }
  });

  it('who leaves takes it along', async () => {
    for (const [, client] of clients) {
      const stop = new AbortController();
      const session = await execInPod(client, pod, { command: ['sleep', '60'], signal: stop.signal });
      session.stdout.resume();
      stop.abort();
      await assert.rejects(session.ended);
    }
  });
});

async function text(stream: AsyncIterable<Buffer>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(stream)).toString();
}
