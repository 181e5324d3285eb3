import { open } from 'node:fs/promises';
import { readLog } from '../log/read.ts';
import { logFile, messageFile } from './folders.ts';
import type { ContainerWork } from './work.ts';

/** What a container may say at its end (Kubernetes, "Determine the reason for pod failure"). */
const messageBytes = 4096;
const logBytes = 2048;
const logLines = 80;

interface Ended {
  readonly container: ContainerWork;
  /** Of the attempt. */
  readonly folder: string;
}

/** What it wrote into its file for that; the end of its log when it wrote nothing, failed, and wants it so. */
export async function readLastWords({ container, folder }: Ended, code: number): Promise<string | undefined> {
  const said = await readTail(messageFile(folder));
  if (said.length > 0) return said.toString('utf8');
  const wantsLog = code !== 0 && container.spec.terminationMessagePolicy === 'FallbackToLogsOnError';
  return wantsLog ? readLogTail(logFile(folder)) : undefined;
}

async function readTail(path: string): Promise<Buffer> {
  await using file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return Buffer.alloc(0);
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(
    Buffer.alloc(messageBytes),
    0,
    messageBytes,
    Math.max(0, size - messageBytes),
  );
  return buffer.subarray(0, bytesRead);
}

async function readLogTail(path: string): Promise<string> {
  let text = Buffer.alloc(0);
  const query = { follow: false, timestamps: false, tailLines: logLines };
  for await (const piece of readLog({ path, query, signal: new AbortController().signal })) {
    text = Buffer.concat([text, piece]).subarray(-logBytes);
  }
  return text.toString('utf8');
}
