import type { Readable } from 'node:stream';

/** What a command may touch of the world around it. Tests give their own. */
export interface Io {
  /** Writes to standard output; the text has its own line ends. */
  readonly out: (text: string) => void;
  /** Writes to standard error. */
  readonly err: (text: string) => void;
  readonly input: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether a person watches: live phases then, plain lines else. */
  readonly terminal: boolean;
  /** Aborted by SIGINT, SIGTERM, and when the terminal is closed. */
  readonly signal: AbortSignal;
  /** Aborted when that is asked for again: what still takes its time ends at once. */
  readonly hurry?: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly randomBytes: (count: number) => Buffer;
}
