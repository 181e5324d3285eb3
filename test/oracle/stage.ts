import { setTimeout as rest } from 'node:timers/promises';
import type { Case } from './case.ts';
import { type Difference, differencesOf } from './compare.ts';
import { type Connection, openConnection } from './connection.ts';
import { normalise, type Normal } from './normalise.ts';
import { type Place, play } from './play.ts';
import type { Side } from './side.ts';

/** A side with a connection to it, on which case after case is played, each in a namespace of its own. */
export interface Stage extends Disposable {
  /** Rejects when the way to the situation fails. */
  play(played: Case): Promise<readonly Normal[]>;
}

const PATIENCE_MILLISECONDS = 20_000;

interface Options extends Partial<Pick<Place, 'patience' | 'rest'>> {
  /** How the namespaces of its cases begin; six letters, and others on each stage of one side. */
  readonly prefix?: string;
}

export const openStage = (
  side: Side,
  { patience = PATIENCE_MILLISECONDS, prefix = 'oracle', ...more }: Options = {},
): Stage => {
  const connection: Connection = openConnection(side);
  let count = 0;
  return {
    play: async (played) => {
      count += 1;
      // Of one length, so that no order depends on which one it is.
      const ns = `${prefix}-${String(count).padStart(5, '0')}`;
      return normalise(await play({ side, connection, ns, patience, ...more }, played), Date.now());
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
};

const ATTEMPTS = 4;
const PAUSE_MILLISECONDS = 200;

/**
 * Plays a case until it went the same way twice in a row: a real cluster writes now and then on its own, and what
 * depends on that is no answer to hold anybody to.
 */
export const playSteadily = async (stage: Stage, played: Case): Promise<readonly Normal[]> => {
  let different: readonly Difference[] = [];
  let last = await stage.play(played);
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const next = await stage.play(played);
    different = differencesOf(last, next);
    if (different.length === 0) return next;
    last = next;
    await rest(PAUSE_MILLISECONDS);
  }
  throw new Error(`it goes another way each time: ${different.join('; ')}`);
};
