import { spawn } from 'node:child_process';
import { execPath } from 'node:process';
import { Duplex } from 'node:stream';

/** Says `ok` or why not, then passes on what it hears. */
const relay = `
const socket = require('node:net').connect({ host: '127.0.0.1', port: Number(process.argv[1]), allowHalfOpen: true });
socket.once('connect', () => {
  process.stderr.write('ok');
  process.stdin.pipe(socket);
  socket.pipe(process.stdout);
});
socket.once('error', (error) => {
  process.stderr.write(error.message);
  process.exit(1);
});
`;

/** A connection to the localhost of a network namespace, which only a process in it can make. */
export async function dialInside(namespaceFile: string, port: number): Promise<Duplex> {
  const args = [`--net=${namespaceFile}`, '--', execPath, '-e', relay, String(port)];
  const child = spawn('nsenter', args, { stdio: ['pipe', 'pipe', 'pipe'], env: {} });
  const said = await new Promise<string>((done, fail) => {
    child.once('error', fail);
    child.stderr.once('data', (text) => done(String(text)));
    child.once('exit', () => done('the connection ended'));
  });
  if (said !== 'ok') throw new Error(said);
  for (const stream of [child.stdin, child.stdout]) stream.on('error', () => {});
  // The types know web streams only.
  const pair = { readable: child.stdout, writable: child.stdin };
  const connection = Duplex.from(pair as never);
  connection.once('close', () => child.kill('SIGKILL'));
  return connection;
}
