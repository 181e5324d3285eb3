import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { openFrontDoor } from '../testing/front-door.ts';
import { canBind } from './ports.ts';

const pods = '/api/v1/namespaces/default/pods';

const pod = (name: string) => ({
  metadata: { name },
  spec: {
    containers: [
      {
        name: 'web',
        image: 'web',
        ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }],
        env: [
          { name: 'PORT', value: '8080' },
          { name: 'OTHER', value: '8080' },
        ],
        readinessProbe: { httpGet: { path: '/', port: 8080 } },
        livenessProbe: { tcpSocket: { port: 'http' } },
      },
    ],
  },
});

test('Pods that share a network get numbers of their own for their named ports', async () => {
  await using door = await openFrontDoor({ sharedNetwork: true });
  const answers = await Promise.all(['a', 'b', 'c'].map((name) => door.post(pods, pod(name))));
  const numbers = answers.map(({ body }) => body.spec.containers[0].ports[0].containerPort as number);
  assert.equal(new Set(numbers).size, 3);
  for (const number of numbers) assert.ok(number >= 20_000 && number <= 29_999);
  const [container] = answers[0]?.body.spec.containers ?? [];
  assert.equal(container.ports[1].containerPort, 9090, 'without a name it is fixed');
  assert.deepEqual(
    container.env.map(({ value }: { value: string }) => value),
    [String(numbers[0]), '8080'],
  );
  assert.equal(container.readinessProbe.httpGet.port, numbers[0]);
  assert.equal(container.livenessProbe.tcpSocket.port, 'http');
});

test('On a node of its own network a pod keeps its numbers', async () => {
  await using door = await openFrontDoor();
  const { body } = await door.post(pods, pod('a'));
  assert.equal(body.spec.containers[0].ports[0].containerPort, 8080);
});

test('A number that some program listens on is not free', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  assert.equal(await canBind(port), false);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await canBind(port), true);
});
