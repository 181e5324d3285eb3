import type { App } from './schema.ts';

/** What came of a change of an App. */
export interface Outcome {
  readonly ok: boolean;
  /** One or more lines: what happened; when it failed, why and what to do. */
  readonly text: string;
  readonly release?: number;
  readonly url?: string;
}

/** What the status says is going on or has come to pass, in one line. */
export const progressOf = ({ status }: App): string | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.message;

/**
 * What has come of a change; undefined while it is on its way. `generation` is that of the App after
 * the change, `before` the number of its newest release before it.
 */
export const outcomeOf = (
  { status }: App,
  { generation, before }: { readonly generation: number; readonly before: number },
): Outcome | undefined => {
  if (status === undefined || (status.observedGeneration ?? 0) < generation) return undefined;
  const { phase, release = 0, url } = status;
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const facts = { release, ...(url === undefined ? {} : { url }) };
  if (ready?.status === 'False' && ready.reason.startsWith('E_'))
    return { ok: false, text: `${ready.reason}  ${ready.message}`, ...facts };
  if (phase !== 'Running' && phase !== 'Stopped' && phase !== 'Pending') return undefined;
  return {
    ok: true,
    text: release > before ? `v${release} deployed` : `nothing changed: v${release} is the newest`,
    ...facts,
  };
};
