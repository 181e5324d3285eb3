import { type App, FairleadError, type Release } from '@fairlead/api';
import { type Client, type Event, events, type Pod } from '@fairlead/kube';
import { lastLines } from '../last-lines.ts';
import { renderTrouble } from '../pod-state.ts';
import { rolloutSeconds } from '../replicas.ts';
import type { Verdict } from './judge.ts';

/** Turns a failed rollout into an error of the register, with the last words of the process. */
export const explainFailure = async (
  { app, release }: { readonly app: App; readonly release: Release },
  { trouble }: Verdict & { kind: 'failed' },
  { client, signal }: { readonly client: Client; readonly signal: AbortSignal },
): Promise<FairleadError> => {
  const subject = { app: app.metadata.name, version: release.spec.version };
  const log = (pod: Pod, container: string, previous: boolean): Promise<string> =>
    lastLines(client, { pod: pod.metadata, container, previous, signal });
  switch (trouble.kind) {
    case 'crashed':
      return new FairleadError('E_RELEASE_CRASHED', {
        ...subject,
        process: trouble.container,
        exitCode: trouble.exitCode,
        log: await log(trouble.pod, trouble.container, true),
      });
    case 'unready':
      return new FairleadError('E_RELEASE_NOT_LISTENING', {
        ...subject,
        process: trouble.container,
        seconds: rolloutSeconds(app),
        probe: await probeAnswer(client, trouble.pod, signal),
        log: await log(trouble.pod, trouble.container, false),
      });
    case 'refused':
    case 'waiting':
      return new FairleadError('E_RELEASE_STALLED', { ...subject, reason: renderTrouble(trouble) });
    case 'stuck':
      return new FairleadError('E_RELEASE_STALLED', { ...subject, reason: trouble.reason });
    default:
      throw new TypeError(`unknown trouble ${trouble satisfies never}`);
  }
};

/** What the node told of the last probe, as an event; its words are the only place where the answer is. */
const probeAnswer = async (client: Client, { metadata }: Pod, signal: AbortSignal): Promise<string> => {
  const fieldSelector = `involvedObject.name=${metadata.name},reason=Unhealthy`;
  try {
    const { items } = await client
      .resource(events)
      .list({ namespace: metadata.namespace, fieldSelector, signal });
    const told = items.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
    return told.at(-1)?.message ?? 'nothing';
  } catch (error) {
    return `(not known: ${error instanceof Error ? error.message : String(error)})`;
  }
};

const timeOf = ({ lastTimestamp, firstTimestamp }: Event): string => lastTimestamp ?? firstTimestamp ?? '';
