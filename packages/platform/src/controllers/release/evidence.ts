import { type App, FairleadError, type Release } from '@fairlead/api';
import type { Client, Pod } from '@fairlead/kube';
import type { Verdict } from './judge.ts';

type Failure = Exclude<Verdict, { kind: 'deploying' | 'succeeded' }>;

/** Turns a failed rollout into an error of the register, with the last words of the process. */
export const explainFailure = async (
  { app, release }: { app: App; release: Release },
  failure: Failure,
  client: Client,
): Promise<FairleadError> => {
  const subject = { app: app.metadata.name, version: release.spec.version };
  switch (failure.kind) {
    case 'crashed':
      return new FairleadError('E_RELEASE_CRASHED', {
        ...subject,
        process: failure.container,
        exitCode: failure.exitCode,
        log: await lastLines(client, failure.pod, { container: failure.container, previous: true }),
      });
    case 'unready':
      return new FairleadError('E_RELEASE_NOT_LISTENING', {
        ...subject,
        process: failure.container,
        seconds: app.spec.timeouts?.rollout ?? 60,
        probe: probeAnswer(failure.pod),
        log: await lastLines(client, failure.pod, { container: failure.container, previous: false }),
      });
    case 'stuck':
      return new FairleadError('E_RELEASE_STALLED', { ...subject, reason: failure.reason });
    default:
      throw new TypeError(`unknown failure ${failure satisfies never}`);
  }
};

const probeAnswer = (pod: Pod): string =>
  pod.status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? 'no connection to PORT';

/** The end of a container's output; when the node cannot give it, that is what is said. */
export const lastLines = async (
  client: Client,
  pod: Pod,
  { container, previous }: { container: string; previous: boolean },
): Promise<string> => {
  try {
    const chunks: Uint8Array[] = [];
    for await (const chunk of client.logs(pod.metadata, { container, previous, tailLines: 20 }))
      chunks.push(chunk);
    const text = Buffer.concat(chunks).toString().trimEnd();
    return text === '' ? '(it printed nothing)' : text;
  } catch (error) {
    return `(no log: ${error instanceof Error ? error.message : String(error)})`;
  }
};
