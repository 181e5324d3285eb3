// A process that watches with many connections and writes at a rate: told what to do by its parent, it answers with how
// long each delivery took after its write was acknowledged.
import { connect } from 'node:tls';
import { openConnection, type Target } from './connection.ts';

export interface WatchPlan {
  readonly target: Target;
  readonly watchers: number;
  /** Writes a second, for so many seconds. */
  readonly rate: number;
  readonly seconds: number;
}

export interface WatchOutcome {
  /** Milliseconds from the acknowledgement of a write to each of its deliveries; zero for one that came before it. */
  readonly delays: readonly number[];
  readonly deliveries: number;
  readonly writes: number;
  readonly took: number;
}

const path = '/api/v1/namespaces/default/configmaps';

/** Calls with the number of each event that comes. */
const watch = async ({ url, ca, token }: Target, onEvent: (index: number) => void): Promise<() => void> => {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), ca, ALPNProtocols: ['http/1.1'] });
  const { promise: begun, resolve, reject } = Promise.withResolvers<void>();
  let rest = '';
  socket.on('data', (chunk: Buffer) => {
    const text = rest + chunk.toString('latin1');
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    resolve();
    for (const [, index] of text.slice(0, end).matchAll(/"object":\{.{0,80}?"name":"watched-(\d+)"/g))
      onEvent(Number(index));
  });
  socket.once('error', reject);
  socket.write(
    `GET ${path}?watch=1&resourceVersion=0 HTTP/1.1\r\nHost: load\r\nAuthorization: Bearer ${token}\r\n\r\n`,
  );
  await begun;
  return () => socket.destroy();
};

const perform = async ({ target, watchers, rate, seconds }: WatchPlan): Promise<WatchOutcome> => {
  const writes = rate * seconds;
  const acknowledged: number[] = [];
  const seen: { readonly index: number; readonly at: number }[] = [];
  let deliveries = 0;
  const { promise: all, resolve: done } = Promise.withResolvers<void>();
  const onEvent = (index: number): void => {
    // One in ten is timed: the clock costs as much as the rest.
    if ((deliveries += 1) % 10 === 0) seen.push({ index, at: performance.now() });
    if (deliveries === writes * watchers) done();
  };
  const closes = await Promise.all(Array.from({ length: watchers }, () => watch(target, onEvent)));
  const writers = await Promise.all(Array.from({ length: 16 }, () => openConnection(target)));
  const started = performance.now();
  const write = async (index: number): Promise<void> => {
    const connection = writers[index % writers.length];
    const metadata = { name: `watched-${index}` };
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } });
    const head = `POST ${path} HTTP/1.1\r\nHost: load\r\nAuthorization: Bearer ${target.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const answer = await connection?.ask(Buffer.from(head + body));
    if (answer?.status !== 201) throw new Error(`a write was answered with ${answer?.status}`);
    acknowledged[index] = performance.now();
  };
  const turns = writers.map(async (_, first) => {
    for (let index = first; index < writes; index += writers.length) {
      const due = started + (index / rate) * 1000 - performance.now();
      if (due > 1) await new Promise((resolve) => setTimeout(resolve, due));
      await write(index);
    }
  });
  await Promise.all(turns);
  await all;
  const took = performance.now() - started;
  for (const close of closes) close();
  for (const writer of writers) writer.close();
  const delays = seen.map(({ index, at }) => Math.max(0, at - (acknowledged[index] ?? at)));
  return { delays, deliveries, writes, took };
};

process.once('message', (plan: WatchPlan) => {
  perform(plan).then(
    (outcome) => process.send?.({ outcome }, undefined, undefined, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, undefined, undefined, () => process.exit(1)),
  );
});
