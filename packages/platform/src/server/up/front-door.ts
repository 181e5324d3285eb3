import { connect } from 'node:net';
import { type Clock, sleep } from '@fairlead/kube/clock';
import { PartFailed } from './part.ts';

/** In milliseconds. All parts serve by now: what is missing is a route on its way to the router. */
const pause = 5;
const patience = 10_000;

/**
 * Resolves when the platform itself answers where visitors come in; what each part says of itself is not the whole.
 * Rejects with `PartFailed` when it does not come to that.
 */
export const untilAnswered = async (
  { host, port }: { readonly host: string; readonly port: number },
  clock: Clock,
): Promise<void> => {
  const deadline = clock.now() + patience;
  while (!(await isAnswered({ host: reachable(host), port }))) {
    if (clock.now() > deadline)
      throw new PartFailed({ message: `${host}:${port} does not answer within ${patience} ms` });
    await sleep(clock, pause);
  }
};

const reachable = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host;

const isAnswered = (address: { readonly host: string; readonly port: number }): Promise<boolean> =>
  new Promise((resolve) => {
    let answer = '';
    const socket = connect(address, () =>
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'),
    );
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer.startsWith('HTTP/1.1 200 ')));
  });
