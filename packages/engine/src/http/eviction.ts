import { ApiError, type KubeObject, type KubeResponse } from '@fairlead/kube';
import { type DisruptionBudget, judgeEviction, paidFor } from '../resources/disruption.ts';
import { keyOf } from '../resources/registry.ts';
import { withPodCondition } from '../resources/rules/pod/conditions.ts';
import { type Call, subjectOf } from './api.ts';
import { deleteObject, requirePreconditions } from './delete.ts';
import { type DeleteOptions, optionsOf, type WrittenOptions } from './delete-options.ts';
import { badRequest, notFound } from './errors.ts';
import { objectKey } from './get.ts';
import { timestamp } from './metadata.ts';
import { type PartKind, readPart } from './part-body.ts';
import { parseWriteOptions } from './query.ts';
import { respondStatus } from './respond.ts';
import { replaceObject } from './update.ts';
import { valueIn } from './versions.ts';

const KIND: PartKind = { group: 'policy', version: 'v1', kind: 'Eviction', type: 'policy.v1.Eviction' };

/** POST of an Eviction: a deletion that minds the pod's disruption budget. */
export const evict = async (call: Call): Promise<KubeResponse> => {
  const write = parseWriteOptions(call.query);
  const eviction = await readPart(call, KIND, write);
  if (eviction.metadata?.name !== call.path.name) {
    throw badRequest('name in URL does not match name in Eviction object');
  }
  const options = deleteOptionsOf(eviction, write.dryRun);
  const old = call.api.store.pending(objectKey(call));
  if (old === undefined) throw notFound(subjectOf(call));
  const judged = judgeEviction(valueIn(call.resource, old), budgetsAround(call));
  if (!judged.allowed) throw new ApiError(judged.status);
  const paid = judged.paidBy && !options.dryRun ? pay(call, judged.paidBy) : undefined;
  await Promise.all([paid, removePod(call, options)]);
  return respondStatus({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    code: 201,
  });
};

const deleteOptionsOf = (eviction: KubeObject, dryRun: boolean): DeleteOptions => {
  const { deleteOptions = {} } = eviction as { readonly deleteOptions?: WrittenOptions };
  const options = optionsOf(deleteOptions);
  return { ...options, dryRun: dryRun || options.dryRun };
};

const BUDGETS = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };

/** As they will be once everything enqueued is committed: two evictions at once may not both take the last. */
const budgetsAround = ({ api, path }: Call): readonly DisruptionBudget[] => {
  const budgets = api.resources.find(BUDGETS.group, BUDGETS.version, BUDGETS.resource);
  if (budgets === undefined) return [];
  const prefix = keyOf(budgets.keyPrefix, path.namespace, '');
  return api.store
    .snapshot()
    .range(prefix)
    .flatMap(({ key }) => api.store.pending(key)?.value() ?? []);
};

/** The server itself writes this. */
const PAYER = 'kube-apiserver';

const pay = async (call: Call, budget: DisruptionBudget): Promise<void> => {
  const { api, path } = call;
  const resource = api.resources.find(BUDGETS.group, BUDGETS.version, BUDGETS.resource);
  if (resource === undefined) return;
  const { name } = budget.metadata;
  const about: Call = { ...call, resource, path: { ...path, ...BUDGETS, name, subresource: 'status' } };
  const old = api.store.pending(objectKey(about));
  if (old === undefined) return;
  const object = paidFor(budget, path.name, timestamp(api.clock.now()));
  const options = { ...parseWriteOptions(new URLSearchParams()), fieldManager: PAYER };
  await replaceObject(about, { old, object, options });
};

const EVICTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
};

/** First it says why it goes, then it goes; a precondition on its version is met by the first of the two. */
const removePod = async (call: Call, options: DeleteOptions): Promise<void> => {
  const key = objectKey(call);
  const old = call.api.store.pending(key);
  if (old === undefined) throw notFound(subjectOf(call));
  if (options.dryRun) return void (await deleteObject(call, { old, options }));
  const pod = valueIn(call.resource, old);
  requirePreconditions(call, pod, options);
  const told = withPodCondition(pod, EVICTED, timestamp(call.api.clock.now()));
  const marked = replaceObject(call, {
    old,
    object: told,
    options: { ...parseWriteOptions(call.query), dryRun: false },
    part: 'whole',
    applied: true,
  });
  const next = call.api.store.pending(key) ?? old;
  const { resourceVersion: _, ...rest } = options;
  await Promise.all([marked, deleteObject(call, { old: next, options: rest })]);
};
