import {
  type ConfigMap,
  configMaps,
  type Controller,
  done,
  isAlreadyExists,
  namespaces,
  type ObjectName,
  type Outcome,
  startController,
  watch,
} from '@fairlead/kube';
import type { ControllerContext } from '../context.ts';
import { isNamespaceTerminating } from '../pods/create.ts';
import type { StartOptions } from '../start.ts';

const CONTROLLER = 'root-ca-certificate-publisher-controller';
const NAME = 'kube-root-ca.crt';
const KEY = 'ca.crt';
/** Of all the maps of a cluster only these. */
const SCOPE = { fieldSelector: `metadata.name=${NAME}` };

/** Every namespace has the certificate by which its pods know the API server. */
export function startRootCaPublisher(
  { cache, recorder, onPass }: StartOptions,
  certificate: string,
): Controller {
  const namespaceOf = ({ metadata }: ConfigMap): readonly ObjectName[] => [
    { name: metadata.namespace ?? '' },
  ];
  return startController({
    name: CONTROLLER,
    cache,
    ...(onPass && { onPass }),
    for: namespaces,
    watches: [watch({ kind: configMaps, scope: SCOPE, map: namespaceOf })],
    reconcile: (name, context) =>
      reconcileRootCa(name, { ...context, recorder: recorder(CONTROLLER) }, certificate),
  });
}

export async function reconcileRootCa(
  { name: namespace }: ObjectName,
  { cache, client }: ControllerContext,
  certificate: string,
): Promise<Outcome> {
  const found = cache.informer(namespaces).get(namespace);
  if (found === undefined || found.metadata.deletionTimestamp !== undefined) return done;
  const map = cache.informer(configMaps, SCOPE).get({ namespace, name: NAME });
  if (map?.data?.[KEY] === certificate) return done;
  const data = { [KEY]: certificate };
  try {
    const maps = client.resource(configMaps);
    await (map === undefined
      ? maps.create({ ...emptyMap(namespace), data })
      : maps.replace({ ...map, data }));
  } catch (error) {
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
  return done;
}

const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
  'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

const emptyMap = (namespace: string): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: NAME, namespace, annotations: { 'kubernetes.io/description': DESCRIPTION } },
});
