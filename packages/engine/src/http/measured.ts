import type { KubeObject, KubeResponse, ObjectMeta } from '@fairlead/kube';
import { keyPrefixOf } from '../resources/registry.ts';
import type { ResourceDefinition } from '../schema/definition.ts';
import type { ObjectSchema } from '../schema/structural.ts';
import type { Api, Call, Verb } from './api.ts';
import { notFound } from './errors.ts';
import { subjectOf } from './api.ts';
import { timestamp } from './metadata.ts';
import type { NodeUsage, Use } from './node-connection.ts';
import { parseListOptions } from './list-options.ts';
import { respondValue } from './respond.ts';
import { compileMatcher } from './selectors/match.ts';

export const MEASURED_GROUP = 'metrics.k8s.io';

/** What cannot be said in advance is not said: nobody writes these objects, they are only read. */
const structure: ObjectSchema = { type: 'object', properties: {}, preserveUnknown: true };

const measured = (resource: string, kind: string, namespaced: boolean): ResourceDefinition => ({
  group: MEASURED_GROUP,
  kind,
  listKind: `${kind}List`,
  resource,
  singular: '',
  shortNames: [],
  categories: [],
  namespaced,
  versions: [{ version: 'v1beta1', served: true, storage: true, schema: () => structure }],
  verbs: ['get', 'list'],
  status: false,
  fieldSelectors: {},
  origin: 'custom',
  generation: false,
});

/** The kinds that the metrics server of a cluster serves; here the nodes are asked when somebody asks. */
export const measuredResources = (): readonly ResourceDefinition[] => [
  measured('nodes', 'NodeMetrics', false),
  measured('pods', 'PodMetrics', true),
];

/** GET of one measured object. */
export const getMeasured: Verb = async (call) => {
  const { name, namespace } = call.path;
  const found = (await measure(call)).find(
    ({ metadata }) => metadata.name === name && (metadata.namespace ?? '') === namespace,
  );
  if (found === undefined) throw notFound(subjectOf(call));
  return respondValue(found);
};

/** GET of what was measured of all nodes, or of the pods of a namespace or everywhere. */
export const listMeasured: Verb = async (call): Promise<KubeResponse> => {
  const { definition, apiVersion } = call.resource;
  const matches = compileMatcher(call.resource, parseListOptions(call.query)) ?? (() => true);
  const items = (await measure(call)).filter(
    (object) =>
      (call.path.namespace === '' || object.metadata.namespace === call.path.namespace) && matches(object),
  );
  return respondValue({ kind: definition.listKind, apiVersion, metadata: {}, items });
};

async function measure({ api, resource }: Call): Promise<readonly KubeObject[]> {
  const usages = (await Promise.all(nodesOf(api).map((node) => askNode(api, node)))).flat();
  if (!resource.definition.namespaced) return usages.map((usage) => nodeMetrics(api, usage));
  return usages.flatMap((usage) => usage.pods.map((pod) => podMetrics(api, usage, pod)));
}

const nodesOf = ({ store }: Api): string[] =>
  [...store.snapshot().range(keyPrefixOf('', 'nodes'))].map((stored) => stored.value().metadata.name);

/** A node that does not answer has no figures; those of the others are told. */
const askNode = async ({ node }: Api, name: string): Promise<readonly NodeUsage[]> => {
  try {
    return node?.usage === undefined ? [] : [await node.usage(name)];
  } catch {
    return [];
  }
};

const nodeMetrics = (api: Api, usage: NodeUsage): KubeObject =>
  describe({
    kind: 'NodeMetrics',
    metadata: metadataOf(api, 'nodes', { name: usage.node }),
    usage,
    body: { usage: render(usage.machine) },
  });

const podMetrics = (api: Api, usage: NodeUsage, pod: NodeUsage['pods'][number]): KubeObject => {
  const { name, namespace, containers } = pod;
  const shown = containers.map((container) => ({ name: container.name, usage: render(container) }));
  const metadata = metadataOf(api, 'pods', { name, namespace });
  return describe({ kind: 'PodMetrics', metadata, usage, body: { containers: shown } });
};

interface Described {
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly usage: NodeUsage;
  readonly body: object;
}

const describe = ({ kind, metadata, usage, body }: Described): KubeObject =>
  ({
    kind,
    apiVersion: `${MEASURED_GROUP}/v1beta1`,
    metadata: { ...metadata, creationTimestamp: timestamp(usage.at) },
    timestamp: timestamp(usage.at),
    window: `${Math.max(1, Math.round(usage.windowMs / 1000))}s`,
    ...body,
  }) as KubeObject;

/** With the labels of what was measured: it is chosen by them. */
const metadataOf = (
  { store }: Api,
  resource: string,
  name: { name: string; namespace?: string },
): ObjectMeta => {
  const key = `${keyPrefixOf('', resource)}${name.namespace ?? ''}/${name.name}`;
  const labels = store.snapshot().get(key)?.value().metadata.labels;
  return { ...name, ...(labels !== undefined && { labels }) };
};

const render = ({ cpuNanocores, memoryBytes }: Use): object => ({
  cpu: cpuNanocores === 0 ? '0' : `${cpuNanocores}n`,
  memory: `${Math.round(memoryBytes / 1024)}Ki`,
});
