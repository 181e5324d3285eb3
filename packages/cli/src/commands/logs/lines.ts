import { type Client, isNotFound, type Pod } from '@fairlead/kube';

export interface LinesOptions {
  readonly tailLines: number | undefined;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The lines that a pod's container prints, each with its time. Nothing when the pod is gone meanwhile. */
export async function* linesOf(
  client: Client,
  { metadata }: Pod,
  { tailLines, follow, signal }: LinesOptions,
): AsyncGenerator<{ time: string; text: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    const options = { follow, timestamps: true, signal, ...(tailLines === undefined ? {} : { tailLines }) };
    for await (const chunk of client.logs(metadata, options)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield parseLine(line);
    }
  } catch (error) {
    if (!isNotFound(error) && !signal.aborted) throw error;
  }
  if (rest !== '') yield parseLine(rest);
}

const parseLine = (line: string): { time: string; text: string } => {
  const space = line.indexOf(' ');
  return { time: line.slice(0, space), text: line.slice(space + 1) };
};
