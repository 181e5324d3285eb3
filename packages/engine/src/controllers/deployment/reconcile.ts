import { deployments, done, type ObjectName, type Outcome, waiting } from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { decidePhase, decideScales } from './decide.ts';
import { gatherDeployment, regatherDeployment } from './gather.ts';
import { trimHistory } from './history.ts';
import { ensureNewSet } from './new-set.ts';
import { untilDeadline } from './progress.ts';
import { ensureScales } from './scale.ts';
import { desiredStatus } from './status.ts';
import { writeDeployment } from './write.ts';

/** Brings as many pods of one template as a Deployment asks for, step by step, set by set. */
export async function reconcileDeployment(name: ObjectName, context: ControllerContext): Promise<Outcome> {
  const deployment = context.cache.informer(deployments).get(name);
  if (deployment === undefined) return done;

  let facts = await gatherDeployment(deployment, context);
  const phase = decidePhase(facts);
  const birth = await ensureNewSet(facts, context);

  facts = regatherDeployment(facts, context);
  await ensureScales(decideScales(facts), facts, context);

  facts = regatherDeployment(facts, context);
  const status = desiredStatus({ facts, birth, estimate: phase === 'rollout' });
  await trimHistory(facts, status, context);
  await writeDeployment(facts, status, context);

  if (birth.error !== undefined) throw birth.error;
  const after = untilDeadline(facts, status.conditions);
  return after === undefined ? done : waiting(after);
}
