import { ApiError, type Client, type Pod } from '@fairlead/kube';

export interface LinesOptions {
  readonly tailLines: number | undefined;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The lines that a pod's container prints, each with its time. Nothing when there is no log (yet, or any more). */
export async function* linesOf(
  client: Client,
  { metadata, spec }: Pod,
  { tailLines, follow, signal }: LinesOptions,
): AsyncGenerator<{ time: string; text: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    const container = spec?.containers[0]?.name;
    const options = {
      follow,
      timestamps: true,
      signal,
      ...(container === undefined ? {} : { container }),
      ...(tailLines === undefined ? {} : { tailLines }),
    };
    for await (const chunk of client.logs(metadata, options)) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield parseLine(line);
    }
  } catch (error) {
    if (!isNoLog(error) && !signal.aborted) throw error;
  }
  if (rest !== '') yield parseLine(rest);
}

/** The pod is gone meanwhile (404), or its container waits to start (400). */
const isNoLog = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 404 || error.code === 400);

const parseLine = (line: string): { time: string; text: string } => {
  const space = line.indexOf(' ');
  return { time: line.slice(0, space), text: line.slice(space + 1) };
};
