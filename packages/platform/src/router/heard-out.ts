import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Resolves when a client has sent all of its request, or is gone; what comes is thrown away. The end of a connection on
 * which a client still sends takes with it what it has not read yet (RFC 9112, section 9.6).
 */
export const heardOut = (incoming: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    incoming.on('error', () => {}).resume();
    for (const event of ['end', 'close']) incoming.once(event, resolve);
  });

/** Whether there is more to come of a request. */
export const isSending = ({ complete, destroyed }: IncomingMessage): boolean => !complete && !destroyed;

/** Ends an answer, which its client then reads to the end, also one that came before all of its request. */
export const endHeard = (outgoing: ServerResponse, last = ''): void => {
  if (!isSending(outgoing.req)) {
    outgoing.end(last);
    return;
  }
  if (last !== '') outgoing.write(last);
  void heardOut(outgoing.req).then(() => outgoing.end());
};
