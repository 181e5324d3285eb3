import type { Pod } from '@fairlead/kube';
import { isDeleting } from '../pods/state.ts';
import { surgeOf, unavailableOf } from './bounds.ts';
import type { Plan } from './decide.ts';
import { type Facts, isUp, isUpdated, podsByNode } from './facts.ts';
import { judgeNode } from './fitness.ts';

/** What an update finds on one node. */
interface Stand {
  readonly node: string;
  /** Neither on its way out; at most one of each, else `crowded`. */
  readonly fresh: Pod | undefined;
  readonly old: Pod | undefined;
  readonly crowded: boolean;
  readonly shouldRun: boolean;
}

/** The next step of a rolling update, over all nodes. */
export function decideUpdate(facts: Facts): Plan {
  const stands = standsOf(facts);
  const wanted = facts.nodes.filter((node) => judgeNode(facts.set, node).shouldRun).length;
  const surge = surgeOf(facts.set, wanted);
  if (surge === 0) return replace(stands, unavailableOf(facts.set, wanted), facts);
  return surgeOver(stands, { surge, wanted }, facts);
}

function standsOf(facts: Facts): readonly Stand[] {
  const byNode = podsByNode(facts);
  const judged = new Map(
    facts.nodes.map((node) => [node.metadata.name, judgeNode(facts.set, node).shouldRun]),
  );
  const names = new Set([...byNode.keys(), ...[...judged].filter(([, runs]) => runs).map(([name]) => name)]);
  return [...names].map((node) => {
    const present = (byNode.get(node) ?? []).filter((pod) => !isDeleting(pod));
    const fresh = present.filter((pod) => isUpdated(pod, facts));
    const old = present.filter((pod) => !isUpdated(pod, facts));
    const crowded = fresh.length > 1 || old.length > 1;
    return { node, fresh: fresh[0], old: old[0], crowded, shouldRun: judged.get(node) === true };
  });
}

/** Takes old pods away, so that no more nodes than allowed are without; broken ones always. */
function replace(stands: readonly Stand[], allowed: number, facts: Facts): Plan {
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  let unavailable = 0;
  for (const { fresh, old, crowded } of stands) {
    const isOldAlone = !crowded && old !== undefined && fresh === undefined;
    if (isOldAlone && isUp(old, facts)) candidates.push(old);
    else if (isOldAlone) broken.push(old);
    const isServed =
      !crowded && (fresh === undefined) !== (old === undefined) && isUp((fresh ?? old) as Pod, facts);
    if (!isServed) unavailable += 1;
  }
  return { create: [], remove: [...broken, ...candidates.slice(0, Math.max(0, allowed - unavailable))] };
}

/** Puts new pods beside old ones, so that no more nodes than allowed have two; the old go when the new serve. */
function surgeOver(
  stands: readonly Stand[],
  { surge, wanted }: { readonly surge: number; readonly wanted: number },
  facts: Facts,
): Plan {
  const up = (pod: Pod | undefined): boolean => pod !== undefined && isUp(pod, facts);
  const plain = stands.filter(({ crowded }) => !crowded);
  const both = plain.filter(({ fresh, old }) => fresh !== undefined && old !== undefined);
  const olds = plain.filter(({ fresh, old }) => fresh === undefined && old !== undefined);
  const surging = stands.length - plain.length + both.filter(({ fresh }) => !up(fresh)).length;
  const available = plain.filter(({ fresh, old }) => up(old ?? fresh)).length;

  const kept = olds.filter(({ shouldRun }) => shouldRun);
  const leaving = olds.filter(({ shouldRun }) => !shouldRun);
  const urgent = kept.filter(({ old }) => !up(old));
  const candidates = kept.filter(({ old }) => up(old)).slice(0, Math.max(0, surge - surging));
  const gone = [
    ...both.filter(({ fresh }) => up(fresh)),
    ...leaving.filter(({ old }) => !up(old)),
    // A node that is left keeps its pod until another node has one that serves.
    ...leaving.filter(({ old }) => up(old)).slice(0, Math.max(0, available - wanted)),
  ];
  return {
    create: [...urgent, ...candidates].map(({ node }) => node),
    remove: gone.flatMap(({ old }) => (old === undefined ? [] : [old])),
  };
}
