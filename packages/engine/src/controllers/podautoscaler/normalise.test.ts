import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HorizontalPodAutoscaler } from '@fairlead/kube';
import type { History } from './memory.ts';
import { normalise } from './normalise.ts';

const now = Date.UTC(2026, 0, 1);
const minute = 60_000;
const none: History = { recommendations: [], ups: [], downs: [] };
type Behavior = HorizontalPodAutoscaler['spec']['behavior'];

/** `8 ScaleUpLimit ReadyForNewScale` */
function decide(
  {
    current,
    wanted,
    least = 1,
    most = 100,
  }: { readonly current: number; readonly wanted: number; readonly least?: number; readonly most?: number },
  behavior?: Behavior,
  history: Partial<History> = {},
): string {
  const spec = {
    scaleTargetRef: { kind: 'Deployment', name: 'shop' },
    maxReplicas: most,
    ...(behavior === undefined ? {} : { behavior }),
  };
  const { replicas, said } = normalise({
    spec,
    current,
    wanted,
    least,
    history: { ...none, ...history },
    now,
  });
  const reason = (type: string): string | undefined => said.find((one) => one.type === type)?.reason;
  return `${replicas} ${reason('ScalingLimited')} ${reason('AbleToScale')}`;
}

describe('what becomes of a wish without a word on behaviour', () => {
  it('is granted within the bounds', () => {
    assert.equal(decide({ current: 3, wanted: 5 }), '5 DesiredWithinRange ReadyForNewScale');
    assert.equal(decide({ current: 3, wanted: 50 }), '6 ScaleUpLimit ReadyForNewScale');
    assert.equal(decide({ current: 1, wanted: 50 }), '4 ScaleUpLimit ReadyForNewScale');
    assert.equal(decide({ current: 3, wanted: 9, most: 5 }), '5 TooManyReplicas ReadyForNewScale');
    assert.equal(decide({ current: 3, wanted: 0, least: 2 }), '2 TooFewReplicas ReadyForNewScale');
  });

  it('to shrink waits until nobody wished for more in five minutes', () => {
    const recommendations = [{ replicas: 4, at: now - 4 * minute }];
    assert.equal(
      decide({ current: 5, wanted: 2 }, undefined, { recommendations }),
      '4 DesiredWithinRange ScaleDownStabilized',
    );
    const older = [{ replicas: 4, at: now - 6 * minute }];
    assert.equal(
      decide({ current: 5, wanted: 2 }, undefined, { recommendations: older }),
      '2 DesiredWithinRange ReadyForNewScale',
    );
  });
});

describe('what becomes of a wish under rules', () => {
  const pods = (value: number) => [{ type: 'Pods', value, periodSeconds: 60 }] as const;
  const percent = (value: number) => [{ type: 'Percent', value, periodSeconds: 60 }] as const;

  it('grows and shrinks no faster than they allow', () => {
    assert.equal(
      decide({ current: 4, wanted: 20 }, { scaleUp: { policies: pods(2) } }),
      '6 ScaleUpLimit ReadyForNewScale',
    );
    assert.equal(
      decide({ current: 10, wanted: 1 }, { scaleDown: { policies: percent(20) } }),
      '8 ScaleDownLimit ReadyForNewScale',
    );
    assert.equal(decide({ current: 4, wanted: 20 }, { scaleUp: {} }), '8 ScaleUpLimit ReadyForNewScale');
  });

  it('counts what was done within their period already', () => {
    const ups = [{ replicas: 2, at: now - 30_000 }];
    assert.equal(
      decide({ current: 6, wanted: 20 }, { scaleUp: { policies: pods(2) } }, { ups }),
      '6 ScaleUpLimit ReadyForNewScale',
    );
    const downs = [{ replicas: 1, at: now - 30_000 }];
    assert.equal(
      decide({ current: 9, wanted: 1 }, { scaleDown: { policies: pods(2) } }, { downs }),
      '8 ScaleDownLimit ReadyForNewScale',
    );
  });

  it('takes the widest of several rules, or the narrowest, or does nothing', () => {
    const policies = [...pods(1), ...percent(100)];
    assert.equal(
      decide({ current: 4, wanted: 20 }, { scaleUp: { policies } }),
      '8 ScaleUpLimit ReadyForNewScale',
    );
    assert.equal(
      decide({ current: 4, wanted: 20 }, { scaleUp: { policies, selectPolicy: 'Min' } }),
      '5 ScaleUpLimit ReadyForNewScale',
    );
    assert.equal(
      decide({ current: 4, wanted: 1 }, { scaleDown: { policies, selectPolicy: 'Min' } }),
      '3 ScaleDownLimit ReadyForNewScale',
    );
    assert.equal(
      decide({ current: 4, wanted: 1 }, { scaleDown: { selectPolicy: 'Disabled' } }),
      '4 ScaleDownLimit ReadyForNewScale',
    );
  });

  it('waits in its window for the least that was wished on the way up, and for the most on the way down', () => {
    const recommendations = [
      { replicas: 5, at: now - 30_000 },
      { replicas: 9, at: now - 20_000 },
    ];
    const up = { scaleUp: { stabilizationWindowSeconds: 60 } };
    assert.equal(
      decide({ current: 3, wanted: 12 }, up, { recommendations }),
      '5 DesiredWithinRange ScaleUpStabilized',
    );
    const down = { scaleDown: { stabilizationWindowSeconds: 60 } };
    assert.equal(
      decide({ current: 12, wanted: 3 }, down, { recommendations }),
      '9 DesiredWithinRange ScaleDownStabilized',
    );
  });
});
