import type { Clock, ProbeAction } from '@fairlead/kube';
import { connect } from 'node:http2';
import type { ProbeAnswer } from './answer.ts';

type Call = NonNullable<ProbeAction['grpc']>;

interface Reply {
  readonly body: Buffer;
  /** `grpc-status`; absent when no gRPC server answered. */
  readonly code: string | undefined;
  readonly message: string;
}

const unimplemented = '12';
const answerLimit = 4096;

/** Calls grpc.health.v1.Health/Check in the clear, as a kubelet does. Never rejects. */
export async function askGrpc(
  { port, service = '' }: Call,
  { address, timeoutMs, clock }: Pick<Check, 'address' | 'timeoutMs' | 'clock'>,
): Promise<ProbeAnswer> {
  try {
    return judge(await check({ address, port, service, timeoutMs, clock }));
  } catch (error) {
    const at = `${address}:${port}`;
    const late = error === tooLate;
    const what = late ? `within ${timeoutMs / 1000}s: context deadline exceeded` : (error as Error).message;
    const how = late ? `timeout: failed to connect service "${at}" ${what}` : undefined;
    return { ok: false, message: how ?? `error: failed to connect service at "${at}": ${what}` };
  }
}

function judge({ body, code, message }: Reply): ProbeAnswer {
  if (code === unimplemented) {
    const what = 'error: this server does not implement the grpc health protocol (grpc.health.v1.Health)';
    return { ok: false, message: `${what}: ${message}` };
  }
  if (code !== '0') return { ok: false, message: `error: health rpc probe failed: ${message || code}` };
  const status = parseHealthResponse(body);
  if (status === 'SERVING') return { ok: true, message: 'service healthy' };
  return { ok: false, message: `service unhealthy (responded with "${status}")` };
}

const statuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;

/** The status in a HealthCheckResponse: one message, whose field 1 is a small number, or nothing for 0. */
export function parseHealthResponse(body: Uint8Array): string {
  const message = body.subarray(5);
  if (message.length === 0) return 'UNKNOWN';
  const value = message[0] === 0x08 ? message[1] : undefined;
  return statuses[value ?? statuses.length] ?? 'UNKNOWN';
}

/** A HealthCheckRequest in its frame: not compressed, its length, field 1 as a string. */
function renderHealthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([renderHead(name.length), name]);
  const frame = Buffer.alloc(5);
  frame.writeUInt32BE(message.length, 1);
  return Buffer.concat([frame, message]);
}

const renderHead = (length: number): Buffer =>
  length < 0x80 ? Buffer.of(0x0a, length) : Buffer.of(0x0a, (length & 0x7f) | 0x80, length >> 7);

const tooLate = new Error('no answer in time');

interface Check {
  /** Of the pod. */
  readonly address: string;
  readonly port: number;
  readonly service: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

function check({ address, port, service, timeoutMs, clock }: Check): Promise<Reply> {
  const session = connect(`http://${address}:${port}`);
  const answered = new Promise<Reply>((done, fail) => {
    // A connection may fail more than once, and may end without a word.
    session.on('error', fail).once('close', () => fail(new Error('the connection was closed')));
    const call = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      'user-agent': 'kube-probe/1.34',
      te: 'trailers',
    });
    const heads: Record<string, unknown>[] = [];
    const parts: Buffer[] = [];
    let size = 0;
    call.on('response', (head) => heads.push(head)).on('trailers', (head) => heads.push(head));
    call.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= answerLimit) parts.push(part);
    });
    call.on('error', fail).once('end', () => {
      const said = Object.assign({}, ...heads) as Readonly<Record<string, string | undefined>>;
      done({
        body: Buffer.concat(parts),
        code: said['grpc-status'],
        message: decodeURIComponent(said['grpc-message'] ?? `HTTP status ${said[':status']}`),
      });
    });
    call.end(renderHealthRequest(service));
  });
  const cancel = clock.after(timeoutMs, () => session.destroy(tooLate));
  return answered.finally(() => {
    cancel();
    session.destroy();
  });
}
