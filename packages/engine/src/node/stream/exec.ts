import type { Readable } from 'node:stream';
import type { OpenCommand } from '../process/contract.ts';
import { exitStatus, failureStatus, parseClientWord, sendOutput, sendStatus } from './channels.ts';
import type { WebSocket } from './websocket.ts';

/** Lets a client talk to a command until it ends or the client goes, who takes it along. */
export async function serveCommand(socket: WebSocket, opening: Promise<OpenCommand>): Promise<void> {
  let command: OpenCommand;
  try {
    command = await opening;
  } catch (error) {
    await sendStatus(
      socket,
      failureStatus(`error executing command in container: ${(error as Error).message}`),
    );
    return socket.close(1000);
  }
  const { stdout, stderr } = command;
  // Clients wait for a first word before they send theirs.
  await sendOutput(socket, 'stdout', Buffer.alloc(0));
  const heard = listen(socket, command).finally(() => command.kill());
  const told = [copy(socket, 'stdout', stdout), ...(stderr ? [copy(socket, 'stderr', stderr)] : [])];
  const code = await command.ended;
  await Promise.all(told);
  await sendStatus(socket, exitStatus(code));
  socket.close(1000);
  await heard;
}

async function copy(socket: WebSocket, name: 'stdout' | 'stderr', from: Readable): Promise<void> {
  try {
    for await (const chunk of from as AsyncIterable<Buffer>) await sendOutput(socket, name, chunk);
  } catch {
    // The command was ended from outside: there is no more output.
  }
}

/** Resolves when the client has gone. */
async function listen(socket: WebSocket, { stdin, resize }: OpenCommand): Promise<void> {
  for await (const message of socket.messages()) {
    const word = parseClientWord(message);
    if (word?.kind === 'resize') resize(word);
    if (word?.kind === 'stdin-end') stdin?.end();
    if (word?.kind !== 'stdin' || stdin === undefined || !stdin.writable) continue;
    if (!stdin.write(word.data)) {
      await new Promise<void>((done) => stdin.once('drain', done).once('close', done));
    }
  }
}
