import assert from 'node:assert/strict';
import { type Load, type LoadReport, startLoad } from './load.ts';
import type { Ended } from './platform.ts';

/** Load on an app that answers with its version. */
export interface VersionLoad {
  readonly load: Load;
  /** Another version may answer from now on. */
  readonly expect: (version: number) => void;
  /** It alone may answer requests that are sent from now on. */
  readonly settle: (version: number) => void;
}

/** Requests of every kind, 200 a second. Every version that is live while a request is under way may answer it. */
export const loadVersions = (port: number, host: string, seconds = 240): VersionLoad => {
  let live: ReadonlySet<string> = new Set();
  const load = startLoad({
    port,
    host,
    rate: 200,
    seconds,
    expect: () => {
      const before = live;
      return ({ status, body }) => {
        if (status !== 200) return `status ${status}: ${body.trim()}`;
        return before.has(body) || live.has(body) ? undefined : `wrong body: ${body.trim()}`;
      };
    },
  });
  const bodyOf = (version: number): string => `version ${version}\n`;
  return {
    load,
    expect: (version) => {
      live = new Set([...live, bodyOf(version)]);
    },
    settle: (version) => {
      live = new Set([bodyOf(version)]);
    },
  };
};

/** Every request had its right answer. */
export const assertClean = ({ sent, good, failures, samples }: LoadReport): void => {
  assert.deepEqual(failures, {}, `${JSON.stringify(failures)}\n${samples.join('\n')}`);
  assert.equal(good, sent);
};

/** What a command said that ended well. */
export const well = ({ status, text }: Ended): string => {
  assert.equal(status, 0, text);
  return text;
};
