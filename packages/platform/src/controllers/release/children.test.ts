import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRelease, anApp } from '../objects.fixture.ts';
import { desiredDeployments, desiredRoute, desiredService } from './children.ts';

const settings = { domain: 'test', gateway: { namespace: 'fairlead', name: 'edge' } };

describe('the objects of a release', () => {
  it('are a Deployment for each process', () => {
    const app = anApp({
      processes: {
        web: { replicas: 3, resources: { limits: { memory: '128Mi' } } },
        worker: {},
      },
      timeouts: { rollout: 120 },
    });
    const release = aRelease(7, {
      code: 'a',
      env: [
        { name: 'A', value: '1' },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'shop-env-1', key: 'B' } } },
        { name: 'PORT', value: '9' },
      ],
      processes: { web: { command: ['serve', '--all'] }, worker: { command: ['work'] } },
    });
    const [web, worker] = desiredDeployments(app, release);
    const selector = { 'fairlead.dev/app': 'shop', 'fairlead.dev/process': 'web' };
    const B = { name: 'B', valueFrom: { secretKeyRef: { name: 'shop-env-1', key: 'B' } } };
    assert.deepEqual(web, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop-web', namespace: 'default', labels: selector },
      spec: {
        replicas: 3,
        selector: { matchLabels: selector },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } },
        revisionHistoryLimit: 2,
        progressDeadlineSeconds: 120,
        template: {
          metadata: { labels: { ...selector, 'fairlead.dev/release': '7' } },
          spec: {
            containers: [
              {
                name: 'web',
                image: 'registry/shop@a',
                imagePullPolicy: 'IfNotPresent',
                args: ['serve', '--all'],
                env: [{ name: 'PORT', value: '8000' }, { name: 'A', value: '1' }, B],
                ports: [{ name: 'http', containerPort: 8000, protocol: 'TCP' }],
                readinessProbe: {
                  tcpSocket: { port: 'http' },
                  periodSeconds: 1,
                  timeoutSeconds: 1,
                  failureThreshold: 3,
                },
                resources: { limits: { memory: '128Mi' } },
              },
            ],
            automountServiceAccountToken: false,
            terminationGracePeriodSeconds: 30,
          },
        },
      },
    });
    assert.equal(worker?.spec.replicas, 0, 'nobody asked for one');
    assert.deepEqual(worker?.spec.template.spec.containers, [
      {
        name: 'worker',
        image: 'registry/shop@a',
        imagePullPolicy: 'IfNotPresent',
        args: ['work'],
        env: [{ name: 'A', value: '1' }, B, { name: 'PORT', value: '9' }],
      },
    ]);
  });

  it('leave the number of web copies open as long as the App does', () => {
    const [web] = desiredDeployments(anApp(), aRelease(2, { code: 'a' }));
    assert.equal(web?.spec.replicas, undefined);
  });

  it('start an image from elsewhere by its own command, or by the one that is given', () => {
    const start = (command: string[]) => {
      const release = aRelease(2, { image: { reference: 'nginx' }, processes: { web: { command } } });
      const container = desiredDeployments(anApp(), release)[0]?.spec.template.spec.containers[0];
      return [container?.command, container?.args];
    };
    assert.deepEqual(start([]), [undefined, undefined]);
    assert.deepEqual(start(['run']), [['run'], undefined]);
  });

  it('are a Service of the routed process, and a route for each address', () => {
    assert.deepEqual(desiredService(anApp()), {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop', namespace: 'default', labels: { 'fairlead.dev/app': 'shop' } },
      spec: {
        selector: { 'fairlead.dev/app': 'shop', 'fairlead.dev/process': 'web' },
        ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 'http' }],
      },
    });
    const { metadata, spec } = desiredRoute(anApp(), { host: 'shop.test', path: '/' }, settings);
    assert.match(metadata.name, /^shop-[0-9a-f]{8}$/);
    assert.deepEqual(spec, {
      parentRefs: [settings.gateway],
      hostnames: ['shop.test'],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: 'shop', port: 80 }],
        },
      ],
    });
  });
});
