import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, sleep } from '@fairlead/kube/clock';
import { forgetProcess, recordProcess } from './leftovers.ts';
import type { Failed, FromPart, Reached, ToPart } from './messages.ts';

export interface PartOptions {
  readonly name: string;
  readonly script: string;
  /** The folder for what it prints. */
  readonly logs: string;
  /** The folder where it is written down that it runs. */
  readonly run: string;
  readonly clock: Clock;
  readonly onRestart: (name: string, reason: string) => void;
}

/** A part that could not begin to serve. */
export class PartFailed extends Error {
  override readonly name = 'PartFailed';
  readonly code: string | undefined;

  constructor({ code, message }: Omit<Failed, 'type'>) {
    super(message);
    this.code = code;
  }
}

/** Who lived so long and dies is started again at once; who dies sooner, after a growing pause. Milliseconds. */
const longLife = 10_000;
const firstPause = 100;
const longestPause = 5000;
/** How long a part may take to end when it is told to. The longest is an app's time to finish. */
const endPatience = 45_000;

/** A process of the platform. It is started at once, so that it is loaded when it is told to begin. */
export class Part {
  readonly #options: PartOptions;
  #child: Promise<ChildProcess>;
  #settings: () => unknown = () => undefined;
  readonly #stopping = new AbortController();

  constructor(options: PartOptions) {
    this.#options = options;
    this.#child = spawnPart(options);
    // Who asks for it hears of a failure.
    this.#child.catch(() => {});
  }

  /**
   * Resolves when it serves; from then on it is started again whenever it ends. Rejects with `PartFailed`.
   * What it is told is asked for anew at each start. What it tells before it serves is passed on, of the first start.
   */
  async begin(settings: () => unknown, onReached: (reached: Reached) => void = () => {}): Promise<void> {
    this.#settings = settings;
    const child = await this.#child;
    child.on('message', (message: FromPart) => message.type === 'reached' && onReached(message));
    await beginPart(child, settings());
    void this.#keep(child, 0);
  }

  /** Tells it to end, however far it has come, and waits until it has. */
  async stop({ pods }: { readonly pods: boolean }): Promise<void> {
    this.#stopping.abort();
    const child = await this.#child.catch(() => undefined);
    if (child !== undefined) await endPart(child, { type: 'stop', pods }, this.#options.clock);
    await forgetProcess(this.#options.run, this.#options.name);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    this.#stopping.abort();
    const child = await this.#child.catch(() => undefined);
    child?.kill('SIGKILL');
    if (child !== undefined) await ended(child);
    await forgetProcess(this.#options.run, this.#options.name);
  }

  async #keep(child: ChildProcess, pause: number): Promise<void> {
    const { clock, name, onRestart } = this.#options;
    const { signal } = this.#stopping;
    const since = clock.now();
    const reason = await ended(child);
    if (signal.aborted) return;
    onRestart(name, reason);
    const wait = clock.now() - since >= longLife ? 0 : pause;
    if (wait > 0) await sleep(clock, wait, signal).catch(() => {});
    if (!signal.aborted) await this.#restart(Math.min(Math.max(firstPause, 2 * wait), longestPause));
  }

  async #restart(nextPause: number): Promise<void> {
    this.#child = spawnPart(this.#options);
    const child = await this.#child;
    await beginPart(child, this.#settings()).catch(() => child.kill('SIGKILL'));
    void this.#keep(child, nextPause);
  }
}

const spawnPart = async ({ name, script, logs, run }: PartOptions): Promise<ChildProcess> => {
  await using log = await open(join(logs, `${name}.log`), 'a', 0o600);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    // A group of its own: the terminal's Ctrl-C is for the command, which ends its parts in order.
    detached: true,
  });
  // A child that could not be started, or that does not read what it is told, is seen by its end.
  child.on('error', () => {});
  if (child.pid !== undefined) await recordProcess(run, name, child.pid);
  return child;
};

/** What it is told goes over a channel that nobody else can see: there are tokens in it. */
const beginPart = (child: ChildProcess, options: unknown): Promise<void> =>
  new Promise((resolve, reject) => {
    void ended(child).then((reason) => reject(new PartFailed({ message: reason })));
    child.on('message', (message: FromPart) => {
      if (message.type === 'ready') resolve();
      if (message.type === 'failed') reject(new PartFailed(message));
    });
    say(child, { type: 'begin', options });
  });

const say = (child: ChildProcess, message: ToPart): void => {
  if (child.connected) child.send(message);
  else child.kill('SIGTERM');
};

const ended = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    const tell = (): void =>
      resolve(`it ended with ${child.signalCode ?? `exit code ${child.exitCode ?? 'none'}`}`);
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) tell();
    else child.once('exit', tell);
  });

const endPart = async (child: ChildProcess, order: ToPart, clock: Clock): Promise<void> => {
  const force = clock.after(endPatience, () => child.kill('SIGKILL'));
  say(child, order);
  await ended(child);
  force();
};
