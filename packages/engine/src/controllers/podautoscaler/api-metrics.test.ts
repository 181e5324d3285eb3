import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClient, type KubeRequest, type KubeResponse } from '@fairlead/kube';
import { createApiMetrics } from './api-metrics.ts';

/** A server with one answer; `asked` is what it was asked. */
function serving(answer: object) {
  const asked: string[] = [];
  const transport = async ({ path, query }: KubeRequest): Promise<KubeResponse> => {
    asked.push(query ? `${path}?${query}` : path);
    const discovery = {
      kind: 'APIResourceList',
      resources: [{ name: 'services', kind: 'Service', namespaced: true }],
    };
    const value = path === '/api/v1' ? discovery : answer;
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { kind: 'object', value: () => value, chunks: () => [bytes] },
    };
  };
  return { metrics: createApiMetrics(createClient(transport)), asked };
}

const value = (name: string, amount: string) => ({
  describedObject: { kind: 'Pod', name },
  timestamp: '2026-01-01T00:00:00Z',
  value: amount,
});

describe('measures of one’s own', () => {
  it('of pods are asked for all at once', async () => {
    const { metrics, asked } = serving({ items: [value('a', '1500m'), value('b', '2')] });
    const samples = await metrics.pods({
      namespace: 'team',
      selector: 'app=shop',
      metric: 'requests',
      metricSelector: { matchLabels: { verb: 'GET' } },
    });
    assert.deepEqual(
      [...samples].map(([name, { value: amount, window }]) => [name, amount, window]),
      [
        ['a', 1500, 60_000],
        ['b', 2000, 60_000],
      ],
    );
    assert.equal(
      decodeURIComponent(asked[0] ?? ''),
      '/apis/custom.metrics.k8s.io/v1beta2/namespaces/team/pods/*/requests?labelSelector=app=shop&metricLabelSelector=verb=GET',
    );
  });

  it('of an object are asked for by its resource', async () => {
    const { metrics, asked } = serving({ items: [value('web', '7')] });
    const object = { kind: 'Service', name: 'web', apiVersion: 'v1' };
    const amount = await metrics.object({
      namespace: 'team',
      object,
      metric: 'requests',
      metricSelector: undefined,
    });
    assert.equal(amount, 7000);
    assert.equal(asked.at(-1), '/apis/custom.metrics.k8s.io/v1beta2/namespaces/team/services/web/requests');
  });

  it('that nobody has are an error', async () => {
    const { metrics } = serving({ items: [] });
    const asked = { namespace: 'team', metric: 'orders', metricSelector: undefined };
    await assert.rejects(metrics.external(asked), /^Error: no metrics returned from external metrics API$/);
  });
});
