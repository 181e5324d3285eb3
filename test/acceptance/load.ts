import { Agent, type IncomingMessage, request } from 'node:http';

/** What came back. */
export interface LoadAnswer {
  readonly status: number;
  readonly body: string;
}

export interface LoadOptions {
  /** The port of the router; load goes to loopback and nowhere else. */
  readonly port: number;
  /** The host of the app. */
  readonly host: string;
  /** Requests per second, sent when they are due whether or not earlier ones have been answered. */
  readonly rate: number;
  /** It stops by itself after so long, in seconds. */
  readonly seconds: number;
  /** The kinds of requests, in turn; all of them unless told. */
  readonly kinds?: readonly LoadKind[];
  /** Asked when a request is sent; says of its answer what is wrong with it. */
  readonly expect: () => (answer: LoadAnswer) => string | undefined;
}

/** Connections are kept from request to request, or each has its own. */
export type LoadKind = keyof typeof kinds;

const kinds = {
  'kept GET': { method: 'GET', keep: true },
  'short GET': { method: 'GET', keep: false },
  'kept POST': { method: 'POST', keep: true },
  'short POST': { method: 'POST', keep: false },
} as const;

export interface LoadReport {
  readonly sent: number;
  readonly good: number;
  /** How many by what went wrong. Empty: every request had its right answer. */
  readonly failures: Readonly<Record<string, number>>;
  /** The first of them, with the moment in milliseconds since the start. */
  readonly samples: readonly string[];
  /** Milliseconds from sending to the last byte of the answer. */
  readonly latency: { readonly p50: number; readonly p99: number; readonly most: number };
}

export interface Load extends AsyncDisposable {
  /** What is known now. */
  report(): LoadReport;
  /** Sends nothing more, waits for what is under way. */
  stop(): Promise<LoadReport>;
  /** Resolves when so many more right answers have come, or it has stopped. */
  more(count: number): Promise<void>;
}

/** How long an answer may take, in milliseconds. */
const patience = 20_000;
const tick = 5;
const samplesKept = 20;

/** Sends requests at a steady rate and counts every answer. */
export const startLoad = (options: LoadOptions): Load => {
  const { rate, seconds, kinds: chosen = Object.keys(kinds) as LoadKind[] } = options;
  const tally = openTally();
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const started = performance.now();
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  const send = (): void => {
    const kind = chosen[sent % chosen.length] ?? 'kept GET';
    sent += 1;
    const at = performance.now();
    const judge = options.expect();
    const one = ask(options, kind, agent)
      .then(judge, (error: NodeJS.ErrnoException) => `no answer: ${error.code ?? error.message}`)
      .then((wrong) => tally.count(kind, { wrong, at: at - started, took: performance.now() - at }));
    underWay.add(one);
    void one.finally(() => underWay.delete(one));
  };
  const timer = setInterval(() => {
    const elapsed = performance.now() - started;
    if (elapsed > seconds * 1000) clearInterval(timer);
    else for (let due = Math.floor((elapsed * rate) / 1000) - sent; due > 0; due -= 1) send();
  }, tick);
  const stop = async (): Promise<LoadReport> => {
    clearInterval(timer);
    await Promise.all(underWay);
    agent.destroy();
    tally.close();
    return tally.report(sent);
  };
  return {
    report: () => tally.report(sent),
    stop,
    more: tally.more,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
};

const ask = ({ port, host }: LoadOptions, kind: LoadKind, agent: Agent): Promise<LoadAnswer> =>
  new Promise((done, failed) => {
    const { method, keep } = kinds[kind];
    const asking = request({
      host: '127.0.0.1',
      port,
      method,
      path: '/',
      headers: { host, ...(method === 'POST' && { 'content-type': 'text/plain', 'content-length': 5 }) },
      agent: keep ? agent : false,
      signal: AbortSignal.timeout(patience),
    });
    asking.once('response', (response: IncomingMessage) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.once('error', failed);
      response.once('end', () => done({ status: response.statusCode ?? 0, body }));
    });
    asking.once('error', failed);
    asking.end(method === 'POST' ? 'hello' : undefined);
  });

interface Counted {
  readonly wrong: string | undefined;
  readonly at: number;
  readonly took: number;
}

const openTally = () => {
  const failures = new Map<string, number>();
  const samples: string[] = [];
  const times: number[] = [];
  let waiting: { good: number; done: () => void }[] = [];
  let closed = false;
  const wake = (): void => {
    const ready = waiting.filter(({ good }) => closed || times.length >= good);
    waiting = waiting.filter((each) => !ready.includes(each));
    for (const { done } of ready) done();
  };
  return {
    count(kind: LoadKind, { wrong, at, took }: Counted): void {
      if (wrong === undefined) times.push(took);
      else {
        failures.set(wrong, (failures.get(wrong) ?? 0) + 1);
        const sample = `${kind} sent at ${at.toFixed(0)} ms, after ${took.toFixed(0)} ms: ${wrong}`;
        if (samples.length < samplesKept) samples.push(sample);
      }
      wake();
    },
    more: (count: number): Promise<void> =>
      new Promise((done) => {
        waiting.push({ good: times.length + count, done });
        wake();
      }),
    close(): void {
      closed = true;
      wake();
    },
    report: (sent: number): LoadReport => {
      const sorted = times.toSorted((a, b) => a - b);
      const part = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
      return {
        sent,
        good: times.length,
        failures: Object.fromEntries(failures),
        samples,
        latency: { p50: part(0.5), p99: part(0.99), most: part(1) },
      };
    },
  };
};
