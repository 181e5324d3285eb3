import type { Readable, Writable } from 'node:stream';
import type { Bundle } from '../oci/contract.ts';
import type { Sandbox } from '../sandbox/contract.ts';
import type { Exit } from './identity.ts';

/**
 * Runs containers. A container is one attempt: it has a folder of its own, which outlives the node
 * and is all that a later node needs to take it up again.
 *
 * There are two behind these functions: processes of the machine, and containers of a runtime for images with a root of their own.
 */
export interface ContainerDriver {
  /** Rejects with `StartError` when the command cannot be run. The same folder never runs twice. */
  start(order: StartOrder): Promise<RunningContainer>;
  /** Takes up what an earlier node started in this folder; `undefined` when nothing ever ran there. */
  adopt(folder: string): Promise<RunningContainer | undefined>;
  /**
   * Kills whatever was started in this folder (`below`: or in one below it) and waits for its end.
   * `session` finds more, but only right after the container in it was seen to end.
   */
  sweep(folder: string, options?: { readonly below?: boolean; readonly session?: boolean }): Promise<void>;
  /** The attempts below this folder of which a process is there, whether or not their folders still are. */
  list(folder: string): Promise<readonly string[]>;
  /** Runs a command beside a container's own. Rejects with `StartError`. */
  exec(order: ExecOrder): Promise<ExecResult>;
  /** The same for somebody who talks to it, at a terminal if he wants. Rejects with `StartError`. */
  open(order: OpenOrder): Promise<OpenCommand>;
}

export interface StartOrder {
  /** The folder of the attempt; it exists. */
  readonly folder: string;
  /** What it sees as its file system, for a command with a path of the image. */
  readonly root: string;
  /** An absolute folder. */
  readonly workingFolder: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Somebody may write to it while it runs. */
  readonly stdin?: boolean;
  /** It has a terminal of its own; the file is where its name is written. */
  readonly terminalFile?: string | undefined;
  /** Apart from the machine; then the working folder and the command are paths of the container. */
  readonly sandbox?: Sandbox | undefined;
  /** Of an image with a root of its own; the same then. */
  readonly bundle?: Bundle | undefined;
}

export interface RunningContainer {
  readonly folder: string;
  /** Set once the process has ended. */
  readonly exit: Exit | undefined;
  /** Never rejects. */
  readonly ended: Promise<Exit>;
  /** Resolves when a signal will reach the command, or when it has ended. */
  begun(): Promise<void>;
  /** To the whole group; nothing happens when it is gone. */
  signal(name: NodeJS.Signals): void;
  /** Stops to watch it; it goes on. */
  release(): void;
}

/** A command beside the container's own: a probe, a hook. */
export interface ExecOrder extends Omit<StartOrder, 'folder'> {
  /** Of the container's attempt: the process is found and ended with it. */
  readonly folder: string;
  readonly timeoutMs: number;
}

export interface OpenOrder extends Omit<ExecOrder, 'timeoutMs' | 'stdin' | 'terminalFile'> {
  readonly stdin: boolean;
  readonly terminal: boolean;
}

/** A command that somebody talks to. */
export interface OpenCommand {
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  /** Absent at a terminal, which has but one output. */
  readonly stderr: Readable | undefined;
  /** Its exit code. Never rejects. */
  readonly ended: Promise<number>;
  /** Nothing happens without a terminal. */
  resize(size: { readonly columns: number; readonly rows: number }): void;
  kill(): void;
}

export interface ExecResult {
  readonly code: number | 'timeout';
  /** The first 10 KiB of both outputs. */
  readonly output: string;
}

/** The command was not run at all. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
