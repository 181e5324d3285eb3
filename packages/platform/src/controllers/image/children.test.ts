import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildName } from '../names.ts';
import { anImage } from '../objects.fixture.ts';
import { desiredJob, desiredSecret } from './children.ts';
import type { BuildStep } from './ports.ts';

const step = (name: string, registry: boolean): BuildStep => ({
  name,
  image: `${name}:1`,
  command: ['do', name],
  env: [{ name: 'STEP', value: name }],
  workingDir: 'work',
  registry,
});

const image = anImage('a');
const name = buildName(image);
const metadata = {
  name,
  namespace: 'default',
  labels: { 'fairlead.dev/app': 'shop', 'fairlead.dev/image': 'shop-a' },
};

describe('the objects of a build', () => {
  it('are a Job whose steps share a folder, of which only some may talk to the registry', () => {
    const token = { name: 'REGISTRY_TOKEN', valueFrom: { secretKeyRef: { name, key: 'token' } } };
    const volumeMounts = [{ name: 'work', mountPath: '.build' }];
    const container = (of: string, ...more: object[]) => ({
      name: of,
      image: `${of}:1`,
      command: ['do', of],
      workingDir: 'work',
      env: [{ name: 'STEP', value: of }, ...more],
      volumeMounts,
    });
    const steps = [step('fetch', true), step('dependencies', false), step('export', true)];
    assert.deepEqual(desiredJob(image, steps), {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: 930,
        template: {
          metadata: { labels: metadata.labels },
          spec: {
            restartPolicy: 'Never',
            automountServiceAccountToken: false,
            initContainers: [container('fetch', token), container('dependencies')],
            containers: [container('export', token)],
            volumes: [{ name: 'work', emptyDir: {} }],
          },
        },
      },
    });
  });

  it('are a Secret with the credential', () => {
    assert.deepEqual(desiredSecret(image, 't'), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { token: 't' },
    });
  });

  it('have other names for another Image of the same name', () => {
    const again = { ...image, metadata: { ...image.metadata, uid: 'other' } };
    assert.notEqual(buildName(again), name);
  });
});
