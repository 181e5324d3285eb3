import type { Random } from '@fairlead/kube';
import { generateName } from '../../resources/names.ts';
import { type Container, type Pod, type Volume, withSpec } from '../pod.ts';

/** Where programs look for the token (client libraries' "in-cluster" configuration). */
const MOUNT_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const VOLUME_PREFIX = 'kube-api-access-';

/** A pod whose containers find a token, the API's certificate and their namespace, each unless it mounts something there. */
export const withToken = (pod: Pod, random: Random): Pod => {
  const { spec } = pod;
  const known = spec.volumes?.find(({ name }) => name.startsWith(VOLUME_PREFIX))?.name;
  const name = known ?? generateName(VOLUME_PREFIX, random);
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  if (all.every(hasOwn)) return pod;
  return withSpec(pod, {
    containers: spec.containers.map(withMount(name)),
    ...(spec.initContainers && { initContainers: spec.initContainers.map(withMount(name)) }),
    ...(known === undefined && { volumes: [...(spec.volumes ?? []), tokenVolume(name)] }),
  });
};

const hasOwn = ({ volumeMounts = [] }: Container): boolean =>
  volumeMounts.some(({ mountPath }) => mountPath === MOUNT_PATH);

const withMount =
  (name: string) =>
  (container: Container): Container => {
    if (hasOwn(container)) return container;
    const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
    return { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] };
  };

/** An hour and seven seconds: Kubernetes tells by the odd number who still expects tokens without an end. */
const EXPIRATION_SECONDS = 3607;

const tokenVolume = (name: string): Volume => ({
  name,
  projected: {
    defaultMode: 0o644,
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: EXPIRATION_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});
