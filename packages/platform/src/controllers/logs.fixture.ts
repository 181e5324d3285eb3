import type { NodeConnection } from '@fairlead/engine';

/** What containers print, as a test wrote it down. */
export interface Logs {
  readonly node: NodeConnection;
  /** All that a container printed; `previous` for the run before the present one. */
  set(container: string, text: string, run?: 'previous'): void;
  /** A container that prints on: who follows it gets what comes until it ends. */
  open(container: string): { print(text: string): void; end(): void };
}

interface Log {
  text: string;
  open: boolean;
  readonly wake: Set<() => void>;
}

export const openLogs = (): Logs => {
  const logs = new Map<string, Log>();
  const make = (key: string, text: string, open: boolean): Log => {
    const log = { text, open, wake: new Set<() => void>() };
    logs.set(key, log);
    return log;
  };
  const change = (log: Log, by: Partial<Log>): void => {
    Object.assign(log, by);
    for (const wake of log.wake) wake();
  };
  return {
    set: (container, text, run) => void make(`${container} ${run ?? ''}`, text, false),
    open: (container) => {
      const log = make(`${container} `, '', true);
      return {
        print: (text) => change(log, { text: log.text + text }),
        end: () => change(log, { open: false }),
      };
    },
    node: {
      logs: async ({ container, query, signal }) => {
        const log = logs.get(`${container} ${query.get('previous') === 'true' ? 'previous' : ''}`);
        const follow = query.get('follow') === 'true';
        return { status: 200, bytes: log === undefined ? nothing() : read(log, follow, signal) };
      },
    },
  };
};

// oxlint-disable-next-line require-yield
async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* read(log: Log, follow: boolean, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const news = log.text.slice(at);
    at = log.text.length;
    if (news !== '') yield Buffer.from(news);
    if (at < log.text.length) continue;
    if (!follow || !log.open || signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        log.wake.delete(wake);
        resolve();
      };
      log.wake.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
