import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Target } from './endpoints.ts';

export interface ControlOptions {
  /** Path of the unix socket. */
  readonly socket: string;
  readonly drain: (target: Required<Target>) => Promise<void>;
}

const drainPath = /^\/drain\/([\d.]+:\d+)\/([-\w]+)$/;

/** Takes `POST /drain/<address>/<uid of the pod>` from the node agent of this machine; answers when it is at rest. */
export const serveControl = async ({
  socket,
  drain,
}: ControlOptions): Promise<{ close(): Promise<void> }> => {
  // A socket that a killed router left behind is in the way of this one.
  await rm(socket, { force: true });
  const server = createServer((incoming, outgoing) => {
    const [, address, pod] = drainPath.exec(incoming.url ?? '') ?? [];
    if (incoming.method !== 'POST' || address === undefined || pod === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    void drain({ address, pod }).then(() => outgoing.writeHead(204).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
