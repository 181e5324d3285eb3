import { isDeepStrictEqual } from 'node:util';
import {
  type Cache,
  type ClusterRole,
  clusterRoles,
  type Controller,
  done,
  type ObjectName,
  type Outcome,
  startController,
  watch,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import type { StartOptions } from '../start.ts';
import { desiredRules } from './aggregate.ts';

const NAME = 'clusterrole-aggregation-controller';

/** Gathers the rules of `admin`, `edit`, `view` and the like from the roles that are labelled for them. */
export function startClusterRoleAggregation({ cache, recorder, onPass }: StartOptions): Controller {
  return startController({
    name: NAME,
    cache,
    ...(onPass && { onPass }),
    for: clusterRoles,
    when: ({ after }) => after?.aggregationRule !== undefined,
    // Any role may be, or have been, a part of any of them; there are few.
    watches: [watch({ kind: clusterRoles, map: () => aggregatesIn(cache) })],
    reconcile: (name, context) => reconcileClusterRole(name, { ...context, recorder: recorder(NAME) }),
  });
}

const aggregatesIn = (cache: Cache): readonly ObjectName[] =>
  [...cache.informer(clusterRoles).list()]
    .filter(isAggregate)
    .map(({ metadata }) => ({ name: metadata.name }));

const isAggregate = ({ aggregationRule }: ClusterRole): boolean => aggregationRule !== undefined;

export async function reconcileClusterRole(
  name: ObjectName,
  { cache, client }: ControllerContext,
): Promise<Outcome> {
  const informer = cache.informer(clusterRoles);
  const role = informer.get(name);
  if (role?.aggregationRule === undefined || role.metadata.deletionTimestamp !== undefined) return done;
  const rules = desiredRules(role, [...informer.list()]);
  if (isDeepStrictEqual(rules, role.rules ?? [])) return done;
  const { apiVersion, kind } = role;
  const desired = { apiVersion, kind, metadata: { name: role.metadata.name }, rules };
  await client.resource(clusterRoles).apply(desired, { fieldManager: NAME, force: true });
  return done;
}
