import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { WatchOutcome, WatchPlan } from './main-watch.ts';
import type { Outcome, Plan } from './plan.ts';

/** Puts load on a Kubernetes API from a process of its own, and resolves with what that saw. Throws on any refusal. */
export const runLoad = (plan: Plan): Promise<Outcome> => runProcess<Outcome>('main-load.ts', plan);

/** The same for many watchers of what a few writers write. */
export const runWatchers = (plan: WatchPlan): Promise<WatchOutcome> =>
  runProcess<WatchOutcome>('main-watch.ts', plan);

const runProcess = async <Seen>(script: string, plan: Plan | WatchPlan): Promise<Seen> => {
  const child = fork(join(import.meta.dirname, script));
  child.send(plan);
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ error: `the load process ended with ${String(code)}` }]),
  ])) as [{ readonly outcome?: Seen; readonly error?: string }];
  if (message.outcome === undefined) throw new Error(message.error);
  return message.outcome;
};
