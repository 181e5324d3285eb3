import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Io } from './io.ts';
import { run } from './run.ts';

/** What a person saw of a command. */
export interface Seen {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** Both, as they came. */
  readonly text: string;
}

export interface Person {
  readonly env: Io['env'];
  readonly cwd: string;
  /** What is typed at questions; a terminal is assumed when there is any. */
  readonly answers?: string;
  readonly signal?: AbortSignal;
  /** Told of all output as it comes. */
  readonly onText?: (text: string) => void;
}

/** Runs a command in this process, as a person would type it, and keeps what that person sees. */
export const type = async (person: Person, ...words: string[]): Promise<Seen> => {
  const seen = { out: '', err: '', text: '' };
  const write = (stream: 'out' | 'err') => (text: string) => {
    seen[stream] += text;
    seen.text += text;
    person.onText?.(text);
  };
  const status = await run(words, {
    out: write('out'),
    err: write('err'),
    input: Readable.from(person.answers === undefined ? [] : [person.answers]),
    env: person.env,
    cwd: person.cwd,
    terminal: person.answers !== undefined,
    signal: person.signal ?? new AbortController().signal,
    now: () => Date.now(),
    randomBytes: (count) => randomBytes(count),
  });
  return { status, ...seen };
};
