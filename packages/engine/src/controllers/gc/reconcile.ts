import { type Client, done, type Outcome, waiting } from '@fairlead/kube';
import type { ServedType } from '../inventory/discover.ts';
import { disown, finish, removeVertex, unblock } from './act.ts';
import { decide } from './decide.ts';
import { type Graph, ownersOf } from './graph.ts';
import { standingOf } from './owners.ts';

/** What the collector works with. */
export interface Means {
  readonly graph: Graph;
  readonly client: Client;
  readonly types: () => readonly ServedType[];
  /** Asks for another look at an object. */
  readonly wake: (uid: string) => void;
}

/** Looks at one object: does it still have an owner, and what becomes of it if not? */
export async function reconcileOwnership(uid: string, means: Means): Promise<Outcome> {
  const { graph, client, types, wake } = means;
  const vertex = graph.get(uid);
  if (vertex === undefined) return done;

  const owners = await Promise.all(
    ownersOf(vertex).map(async (reference) => {
      const standing = await standingOf(reference, vertex, { graph, client, types: types() });
      return { reference, standing };
    }),
  );
  const verdict = decide({ vertex, dependents: graph.dependentsOf(uid), owners });

  switch (verdict.kind) {
    case 'keep':
      return done;
    case 'delete':
      if (verdict.unblock) await unblock(vertex, client);
      await removeVertex(vertex, verdict.policy, client);
      return done;
    case 'disown':
      await disown(vertex, verdict.uids, client);
      return done;
    case 'finish':
      await finish(vertex, verdict.finalizer, client);
      return done;
    case 'wait':
      for (const { object } of verdict.dependents) wake(object.metadata.uid ?? '');
      return waiting();
    case 'orphan':
      await Promise.all(verdict.dependents.map((dependent) => disown(dependent, [uid], client)));
      await finish(vertex, 'orphan', client);
      return done;
    default:
      return verdict satisfies never;
  }
}
