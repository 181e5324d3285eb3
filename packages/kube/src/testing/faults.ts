import { type Clock, type Random, sleep } from '../clock.ts';
import type { Status } from '../object.ts';
import type { KubeRequest, KubeResponse, ResponseBody, Transport, WatchSink } from '../transport.ts';

/** How likely each kind of bad luck is, per request; 0 to 1. */
export interface FaultChances {
  /** The request never arrives. */
  readonly unreached: number;
  /** It arrives, and its answer is lost: a write has happened. */
  readonly lost: number;
  /** A write is told that somebody else wrote first (409). */
  readonly conflict: number;
  /** The server is too busy (429). */
  readonly tooMany: number;
  /** The server is unwell (500). */
  readonly unwell: number;
  /** The answer comes late. */
  readonly late: number;
  /** A watch ends after any delivery, or within it. */
  readonly cut: number;
}

/** A bad day: each request has a fair chance to go wrong in any way. */
export const badDay: FaultChances = {
  unreached: 0.03,
  lost: 0.05,
  conflict: 0.05,
  tooMany: 0.03,
  unwell: 0.03,
  late: 0.1,
  cut: 0.1,
};

export interface FaultOptions {
  readonly chances: FaultChances;
  readonly random: Random;
  readonly clock: Clock;
}

/** A line to an API on which things go wrong, until it is mended. */
export interface FaultyLine {
  readonly transport: Transport;
  /** How much has gone wrong. */
  readonly count: number;
  /** From now on all goes well. */
  mend(): void;
  /** And from now on badly again. */
  damage(): void;
}

/** Puts bad luck between a client and an API; the same seed brings the same. */
export function openFaultyLine(transport: Transport, options: FaultOptions): FaultyLine {
  const { chances, random, clock } = options;
  let isBad = true;
  let count = 0;
  const strikes: Strikes = (fault) => {
    const struck = isBad && random() < chances[fault];
    if (struck) count += 1;
    return struck;
  };
  const send: Transport = async (request) => {
    if (strikes('unreached')) throw new Error('the line is dead');
    if (strikes('tooMany')) return refusal(429, 'TooManyRequests');
    if (strikes('unwell')) return refusal(500, 'InternalError');
    if (isWrite(request) && strikes('conflict')) return refusal(409, 'Conflict');
    const response = await transport(request);
    if (strikes('late')) await sleep(clock, random() * 200, request.signal);
    if (response.body.kind === 'watch')
      return { ...response, body: cutShort(response.body, { strikes, random }) };
    if (strikes('lost')) throw new Error('the answer was lost');
    return response;
  };
  return {
    transport: send,
    get count() {
      return count;
    },
    mend: () => {
      isBad = false;
    },
    damage: () => {
      isBad = true;
    },
  };
}

type Strikes = (fault: keyof FaultChances) => boolean;

const isWrite = ({ method }: KubeRequest): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

function refusal(code: number, reason: string): KubeResponse {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    code,
    reason,
    message: `${reason}, by bad luck`,
  };
  const chunks = () => [Buffer.from(JSON.stringify(status))];
  return { status: code, headers: {}, body: { kind: 'object', value: () => status, chunks } };
}

function cutShort(
  body: Extract<ResponseBody, { kind: 'watch' }>,
  { strikes, random }: { readonly strikes: Strikes; readonly random: Random },
): ResponseBody {
  const open = (sink: WatchSink): void => {
    let isCut = false;
    body.open({
      next(frames) {
        if (isCut) return;
        isCut = strikes('cut');
        const delivered = isCut ? frames.slice(0, Math.floor(random() * (frames.length + 1))) : frames;
        if (delivered.length > 0) sink.next(delivered);
        if (isCut) sink.end(random() < 0.5 ? new Error('the line broke') : undefined);
      },
      end: (error) => {
        if (!isCut) sink.end(error);
      },
    });
  };
  return { kind: 'watch', open };
}
