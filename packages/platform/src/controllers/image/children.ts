import { type Image, labels } from '@fairlead/api';
import type { Container, Desired, Job, Secret } from '@fairlead/kube';
import { buildName } from '../names.ts';
import type { BuildStep } from './ports.ts';

/** The name of the variable by which a build step finds its credential. */
const credentialVariable = 'REGISTRY_TOKEN';

/** Seconds after which a Job that is too late is ended: by then its pod has been asked what it was doing. */
const afterVerdict = 30;

/** The credential of a build, readable by its steps that talk to the registry. */
export const desiredSecret = (image: Image, credential: string): Desired<Secret> => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: childMeta(image),
  stringData: { token: credential },
});

/** The Job of a build: its steps one after another, sharing one folder. The last one pushes. */
export const desiredJob = (image: Image, steps: readonly BuildStep[]): Desired<Job> => {
  const containers = steps.map((step) => container(image, step));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: childMeta(image),
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: image.spec.timeoutSeconds + afterVerdict,
      template: {
        metadata: { labels: labelsOf(image) },
        spec: {
          restartPolicy: 'Never',
          // A build runs a stranger's code.
          automountServiceAccountToken: false,
          initContainers: containers.slice(0, -1),
          containers: containers.slice(-1),
          volumes: [{ name: 'work', emptyDir: {} }],
        },
      },
    },
  };
};

const container = (image: Image, step: BuildStep): Container => ({
  name: step.name,
  image: step.image,
  command: step.command,
  workingDir: step.workingDir,
  env: [...step.env, ...(step.registry ? [credentialOf(image)] : [])],
  // Relative: a node without mount namespaces has no folders of its own at the root. Not a name that machines have there.
  volumeMounts: [{ name: 'work', mountPath: '.build' }],
});

const credentialOf = (image: Image): NonNullable<Container['env']>[number] => ({
  name: credentialVariable,
  valueFrom: { secretKeyRef: { name: buildName(image), key: 'token' } },
});

const labelsOf = ({ metadata, spec }: Image) => ({ [labels.app]: spec.app, [labels.image]: metadata.name });

const childMeta = (image: Image) => ({
  name: buildName(image),
  namespace: image.metadata.namespace ?? 'default',
  labels: labelsOf(image),
});
