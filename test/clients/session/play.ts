import { run } from '../../acceptance/platform.ts';
import { normalise } from './normalise.ts';
import { type Step, steps } from './commands.ts';

/** A line of the session and what it showed. */
export interface Played {
  readonly line: string;
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

interface Seat {
  readonly kubeconfig: string;
  /** An empty folder: kubectl keeps there what it discovers. */
  readonly home: string;
}

/** Plays the whole session in the namespace `session`, which is there, and says what each line showed. */
export const play = async (seat: Seat): Promise<Played[]> => {
  const played: Played[] = [];
  for (const step of steps) played.push(await type(step, seat));
  return played;
};

const patience = 30_000;
const pause = 100;

const type = async (step: Step, seat: Seat): Promise<Played> => {
  const deadline = performance.now() + patience;
  for (;;) {
    const seen = await once(step, seat);
    if (step.eventually !== true || seen.status === 0 || performance.now() > deadline) return seen;
    await new Promise((next) => setTimeout(next, pause));
  }
};

const once = async ({ line, input }: Step, { kubeconfig, home }: Seat): Promise<Played> => {
  const args = [
    '--kubeconfig',
    kubeconfig,
    '--namespace',
    'session',
    '--request-timeout=30s',
    ...wordsOf(line),
  ];
  const env = { PATH: process.env['PATH'], HOME: home, KUBECTL_EXTERNAL_DIFF: 'diff -u -N' };
  const text = input === undefined ? {} : { input: JSON.stringify(input) };
  const { status, out, err } = await run('kubectl', args, { cwd: home, env, ...text });
  return { line, status, out: normalise(out), err: normalise(err) };
};

const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s']+|'[^']*')+/g)].map(([word]) => word.replaceAll("'", ''));
