import type { Client, ObjectName } from '@fairlead/kube';

/** As much of a log as belongs into a condition: objects are copied often, and have an end. */
const most = { lines: 20, characters: 4000 } as const;

export interface LogPlace {
  readonly pod: ObjectName;
  readonly container: string;
  /** Of the run before the present one. */
  readonly previous?: boolean;
  readonly signal: AbortSignal;
}

/** The end of a container's output; when the node cannot give it, that is what is said. */
export const lastLines = async (client: Client, place: LogPlace): Promise<string> => {
  const { pod, container, previous = false, signal } = place;
  try {
    const text = await tail(client.logs(pod, { container, previous, tailLines: most.lines, signal }));
    return text === '' ? '(it printed nothing)' : text;
  } catch (error) {
    return `(no log: ${error instanceof Error ? error.message : String(error)})`;
  }
};

const tail = async (log: AsyncIterable<Uint8Array>): Promise<string> => {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of log)
    text = (text + decoder.decode(chunk, { stream: true })).slice(-most.characters);
  return printable(text).trimEnd();
};

/** Colours and cursor movements of a log would act on the terminal of whoever reads the status. */
const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/\u001b\[[0-9;?]*[A-Za-z]/g, '').replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
