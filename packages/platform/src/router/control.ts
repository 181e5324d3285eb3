import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';

export interface ControlOptions {
  /** Path of the unix socket. */
  readonly socket: string;
  readonly drain: (address: string) => Promise<void>;
}

/** Takes `POST /drain/<address>` from the node agent of this machine; answers when the address is at rest. */
export const serveControl = async ({
  socket,
  drain,
}: ControlOptions): Promise<{ close(): Promise<void> }> => {
  // A socket that a killed router left behind is in the way of this one.
  await rm(socket, { force: true });
  const server = createServer((incoming, outgoing) => {
    const address = /^\/drain\/([\d.]+:\d+)$/.exec(incoming.url ?? '')?.[1];
    if (incoming.method !== 'POST' || address === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    void drain(address).then(() => outgoing.writeHead(204).end());
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
