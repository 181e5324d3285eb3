import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Outcome, Plan } from './plan.ts';

/** Puts load on a Kubernetes API from a process of its own, and resolves with what that saw. Throws on any refusal. */
export const runLoad = async (plan: Plan): Promise<Outcome> => {
  const child = fork(join(import.meta.dirname, 'main-load.ts'));
  child.send(plan);
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [{ error: `the load process ended with ${String(code)}` }]),
  ])) as [{ readonly outcome?: Outcome; readonly error?: string }];
  if (message.outcome === undefined) throw new Error(message.error);
  return message.outcome;
};
