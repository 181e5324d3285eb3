import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { createRegistryClient } from '../oci/client.ts';
import { digestOf } from '../oci/digest.ts';
import { listen } from '../server/listen.ts';
import { adminToken, bearer, openTestRegistry } from './registry.fixture.ts';

describe('over a real connection', () => {
  it('ten megabytes go there and back', async () => {
    await using world = await openTestRegistry();
    const server = await listen(world.registry, { host: '127.0.0.1', port: 0 });
    const origin = `http://127.0.0.1:${server.address.port}`;
    const client = createRegistryClient({ send: fetch, origin, authorization: () => `Bearer ${adminToken}` });
    const repository = client.repository('default/shop');
    const parts = Array.from({ length: 40 }, () => randomBytes(250_000));
    const blob = await repository.pushStream('x', parts);
    const whole = Buffer.concat(parts);
    assert.equal(blob.digest, digestOf(whole));
    const back = Buffer.concat(await Array.fromAsync(await repository.openBlob(blob.digest)));
    assert.ok(back.equals(whole));
    assert.deepEqual(
      Buffer.from(await repository.pullRange(blob.digest, { offset: 5_000_000, length: 7 })),
      whole.subarray(5_000_000, 5_000_007),
    );
    await server.close();
  });

  it('an upload that breaks off goes on where it was, and is no fault of the registry', async () => {
    const faults: unknown[] = [];
    await using world = await openTestRegistry({ onFault: (error) => faults.push(error) });
    const ended = Promise.withResolvers<Response>();
    const watched = async (request: Request): Promise<Response> => {
      const response = await world.registry(request);
      if (request.method === 'PATCH') ended.resolve(response);
      return response;
    };
    const server = await listen(watched, { host: '127.0.0.1', port: 0 });
    const begun = await world.request('/v2/default/shop/blobs/uploads/', { method: 'POST' });
    const location = begun.headers.get('location') ?? assert.fail();
    const socket = connect(server.address.port, '127.0.0.1');
    await once(socket, 'connect');
    const head = `PATCH ${location} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminToken}\r\n`;
    socket.write(`${head}Content-Length: 1000\r\n\r\nfirst `);
    // Until the request has arrived; how much of its body came with it is not known.
    while ((await world.request(location)).status !== 409) await new Promise(setImmediate);
    socket.destroy();
    assert.equal((await ended.promise).status, 400);
    const progress = await world.request(location, { headers: bearer(adminToken) });
    assert.equal(progress.status, 204);
    const size = progress.headers.get('range') === '0-5' ? 6 : 0;
    const rest = 'first second'.slice(size);
    const digest = digestOf('first second');
    const sent = await world.request(`${location}?digest=${digest}`, { method: 'PUT', body: rest });
    assert.equal(sent.status, 201);
    assert.deepEqual(faults, []);
    await server.close();
  });
});
