import { register } from '../errors/register.ts';
import type { App, AppStatus } from './schema.ts';

/** What came of a change of an App. */
export interface Outcome {
  readonly ok: boolean;
  /** One or more lines: what happened; when it failed, the error as a person meets it, without the mark before it. */
  readonly text: string;
  /** Whose fault a failure is. */
  readonly fault?: 'user' | 'system';
  readonly release?: number;
  readonly url?: string;
}

/** The change whose outcome is asked for. */
export interface Expected {
  /** `metadata.generation` of the App after the change. */
  readonly generation: number;
  /** Number of the newest release before it. */
  readonly before: number;
  /**
   * What was changed; the source unless told. A broken source from before is no failure of a change of
   * configuration, which is released with the last good code, nor of a change of scale, which is no release.
   */
  readonly changed?: 'source' | 'configuration' | 'scale';
}

/** What the status says is going on or has come to pass, in one line. */
export const progressOf = ({ status }: App): string | undefined =>
  conditionOf(status, 'Ready')?.message.split('\n', 1)[0];

/** What has come of a change; undefined while it is on its way. */
export const outcomeOf = ({ status }: App, expected: Expected): Outcome | undefined => {
  if (status === undefined || (status.observedGeneration ?? 0) < expected.generation) return undefined;
  const { release = 0, url } = status;
  const found = judges[expected.changed ?? 'source'](status, release > expected.before);
  if (found === undefined) return undefined;
  return { ...found, release, ...(url === undefined ? {} : { url }) };
};

type Judge = (status: AppStatus, released: boolean) => Outcome | undefined;

const settled = new Set(['Running', 'Stopped', 'Pending']);

const source: Judge = (status, released) => {
  const ready = conditionOf(status, 'Ready');
  if (ready?.status === 'False' && ready.reason.startsWith('E_')) return failure(ready.reason, ready.message);
  return settled.has(status.phase ?? '') ? good(status, released) : undefined;
};

const configuration: Judge = (status, released) => {
  if (status.phase === 'Building') return undefined;
  const newest = conditionOf(status, 'Released');
  if (released && newest?.status === 'False') return failure(newest.reason, newest.message);
  // What is as it was may still be on its way from before.
  return newest?.status === 'Unknown' ? undefined : good(status, released);
};

const scale: Judge = (status) => {
  const [ready, wanted] = (status.ready ?? '0/0').split('/');
  const said = conditionOf(status, 'Ready');
  if (said?.reason === 'E_COPIES_NOT_READY') return failure(said.reason, said.message);
  return ready === wanted ? { ok: true, text: `${ready} of ${wanted} copies are ready` } : undefined;
};

const judges = { source, configuration, scale } as const;

const good = ({ release = 0 }: AppStatus, released: boolean): Outcome => ({
  ok: true,
  text: released ? `v${release} deployed` : `nothing changed: v${release} is the newest`,
});

const failure = (reason: string, message: string): Outcome => {
  const entries: Readonly<Record<string, { readonly fault: 'user' | 'system' }>> = register;
  return { ok: false, text: `${reason}  ${message}`, fault: entries[reason]?.fault ?? 'user' };
};

const conditionOf = (status: AppStatus | undefined, wanted: string) =>
  status?.conditions?.find(({ type }) => type === wanted);
