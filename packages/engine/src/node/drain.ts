import { request } from 'node:http';
import type { Drain } from './context.ts';

/** Asks a router on this machine, at a Unix socket: `POST /drain/127.0.0.1:20001/<uid of the pod>`, answered when it is at rest. */
export const drainAt =
  (socketPath: string): Drain =>
  ({ address, uid }, { patienceMs }) =>
    new Promise((done, fail) => {
      const signal = AbortSignal.timeout(Math.max(1, Math.round(patienceMs)));
      const sent = request(
        { socketPath, method: 'POST', path: `/drain/${address}/${uid}`, signal },
        (response) => {
          response.resume().once('end', done).once('error', fail);
        },
      );
      sent.once('error', fail).end();
    });
