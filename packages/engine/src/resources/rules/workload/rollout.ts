import type { Place } from '../../../schema/place.ts';
import { printed } from '../printed.ts';
import { type IntOrPercent, isNone, judgeAtMostAll, judgeIntOrPercent } from '../int-or-percent.ts';

/** How the pods of a set give way to others. */
export interface Strategy {
  readonly type?: string;
  readonly rollingUpdate?: RollingUpdate;
}

interface RollingUpdate {
  readonly maxUnavailable?: IntOrPercent;
  readonly maxSurge?: IntOrPercent;
  /** Of StatefulSets: pods with a lower number stay. */
  readonly partition?: number;
}

export const judgeDeploymentStrategy = (strategy: Strategy, at: Place): void => {
  const { type = '', rollingUpdate } = strategy;
  const here = at.field('rollingUpdate');
  if (type === 'Recreate') {
    if (rollingUpdate) here.forbidden("may not be specified when strategy `type` is 'Recreate'");
    return;
  }
  if (type !== 'RollingUpdate') {
    return at.unsupported(printed('apps.DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate']);
  }
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  judgeIntOrPercent(maxUnavailable, here.field('maxUnavailable'));
  judgeIntOrPercent(maxSurge, here.field('maxSurge'));
  if (isNone(maxUnavailable) && isNone(maxSurge)) {
    here.field('maxUnavailable').invalid(maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  }
  judgeAtMostAll(maxUnavailable, here.field('maxUnavailable'));
};

/** On a node there is one pod more or one pod fewer, never both. */
export const judgeDaemonStrategy = (strategy: Strategy, at: Place): void => {
  const { type = '', rollingUpdate } = strategy;
  if (type === 'OnDelete') return;
  if (type !== 'RollingUpdate') {
    return at.unsupported(printed('apps.DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete']);
  }
  const here = at.field('rollingUpdate');
  if (rollingUpdate === undefined) return here.required();
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const [down, up] = [here.field('maxUnavailable'), here.field('maxSurge')];
  judgeIntOrPercent(maxUnavailable, down);
  judgeIntOrPercent(maxSurge, up);
  judgeAtMostAll(maxUnavailable, down);
  judgeAtMostAll(maxSurge, up);
  if (!isNone(maxUnavailable) && !isNone(maxSurge)) {
    up.invalid(maxSurge, 'may not be set when maxUnavailable is non-zero');
  }
  if (isNone(maxUnavailable) && isNone(maxSurge)) down.required('cannot be 0 when maxSurge is 0');
};

export const judgeStatefulStrategy = (strategy: Strategy, at: Place): void => {
  const { type = '', rollingUpdate } = strategy;
  if (type === '') return at.required();
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return;
    const value = printed('apps.RollingUpdateStatefulSetStrategy', rollingUpdate);
    return at.field('rollingUpdate').invalid(value, "only allowed for updateStrategy 'RollingUpdate'");
  }
  if (type !== 'RollingUpdate') {
    const value = printed('apps.StatefulSetUpdateStrategy', strategy);
    return at.invalid(value, "must be 'RollingUpdate' or 'OnDelete'");
  }
  at.field('rollingUpdate').field('partition').notNegative(rollingUpdate?.partition);
};
