import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { frame, readFrames } from './frame.ts';

/** How long one server may take, in milliseconds. */
const patience = 2000;

/** Asks the machine's own servers, one after the other. Rejects when none answers. */
export async function forward(
  message: Buffer,
  way: 'udp' | 'tcp',
  servers: readonly string[],
): Promise<Buffer> {
  for (const server of servers) {
    const answer = await (way === 'udp' ? byPacket : byStream)(message, server).catch(() => undefined);
    if (answer !== undefined) return answer;
  }
  throw new Error('no server of the machine answers');
}

/** From a port of its own each time, which a stranger would have to guess. */
function byPacket(message: Buffer, server: string): Promise<Buffer> {
  const socket = createSocket(server.includes(':') ? 'udp6' : 'udp4');
  const answered = new Promise<Buffer>((done, fail) => {
    socket.on('error', fail);
    socket.on('message', (answer) => {
      if (answer.length >= 2 && answer.readUInt16BE(0) === message.readUInt16BE(0)) done(answer);
    });
    socket.connect(53, server, () => socket.send(message));
    const late = AbortSignal.timeout(patience);
    late.addEventListener('abort', () => fail(late.reason));
  });
  return answered.finally(() => socket.close());
}

function byStream(message: Buffer, server: string): Promise<Buffer> {
  const socket = connect({ host: server, port: 53, timeout: patience });
  const answered = new Promise<Buffer>((done, fail) => {
    socket.once('error', fail).once('timeout', () => fail(new Error('no answer in time')));
    readFrames(socket, done);
    socket.write(frame(message));
  });
  return answered.finally(() => socket.destroy());
}
