import { flushCompileCache } from 'node:module';
import type { FromPart, ToPart } from './up/messages.ts';

/** A part of the platform that serves. */
export interface Serving {
  close(): Promise<void>;
}

/** Tells the command that others may begin, and what they must know of this part. */
export type Tell = (reached: object) => void;

/**
 * Runs a part of the platform as this process: begins when the command that started it says how, tells it
 * when it serves, ends when it is told. Once it has begun it goes on without the command.
 */
export const runPart = async (start: (options: unknown, tell: Tell) => Promise<Serving>): Promise<void> => {
  try {
    const starting = start(await untilBegun(), (reached) => tell({ type: 'reached', ...reached }));
    let serving: Serving | undefined;
    const stop = once(async () => {
      // What does not serve yet can be killed at any moment, so it need not be waited for.
      await serving?.close().catch((error: unknown) => console.error(error));
      process.exit(0);
    });
    process.on('message', (message: ToPart) => message.type === 'stop' && stop());
    process.on('SIGTERM', stop).on('SIGINT', stop);
    serving = await starting;
    tell({ type: 'ready' });
    // Who is killed later still leaves the next start what this one has compiled.
    flushCompileCache();
  } catch (error) {
    console.error(error);
    const { code, message } = error as NodeJS.ErrnoException;
    tell({ type: 'failed', code, message }, () => process.exit(1));
  }
};

/** Nobody knows of a part that has not begun: without its command it ends. */
const untilBegun = (): Promise<unknown> =>
  new Promise((resolve) => {
    const leave = (): void => process.exit(0);
    const listen = (message: ToPart): void => {
      if (message.type === 'stop') leave();
      if (message.type !== 'begin') return;
      process.off('disconnect', leave).off('message', listen);
      resolve(message.options);
    };
    process.on('message', listen).once('disconnect', leave);
    if (!process.connected) leave();
  });

/** The command may be gone; what serves goes on. */
const tell = (message: FromPart, then: () => void = () => {}): void => {
  if (process.connected) process.send?.(message, undefined, undefined, then);
  else then();
};

const once = (work: () => Promise<void>): (() => void) => {
  let begun = false;
  return () => {
    if (begun) return;
    begun = true;
    void work();
  };
};
