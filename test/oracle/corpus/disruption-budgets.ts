import { type Case, given, named, changed, patch, post, put, type Step } from '../case.ts';

const budgets = '/apis/policy/v1/namespaces/{{ns}}/poddisruptionbudgets';
const budget = (spec: object, metadata: object = {}): object => ({
  metadata: { name: 'a', ...metadata },
  spec,
});
const selector = { matchLabels: { app: 'a' } };

const steps: Readonly<Record<string, readonly Step[]>> = {
  'A budget as it is made': [post(budgets, budget({ minAvailable: 1, selector }))],
  'Budgets that cannot be': [
    post(budgets, budget({ minAvailable: 1, maxUnavailable: 1, selector })),
    post(budgets, budget({ minAvailable: -1, selector })),
    post(budgets, budget({ maxUnavailable: '101%', selector })),
    post(budgets, budget({ maxUnavailable: 'some', selector })),
    post(budgets, budget({ selector: { matchExpressions: [{ key: 'a b', operator: 'In' }] } })),
    post(budgets, budget({ selector, unhealthyPodEvictionPolicy: 'Odd' })),
    post(budgets, budget({ selector }, { name: 'A/b' })),
  ],
  'A budget has no rule for its name but that of paths': [
    post(budgets, budget({ selector }, { name: 'A_b' })),
  ],
  'A budget is changed with its version': [
    given(named('first', post(budgets, budget({ minAvailable: 1, selector })))),
    put(`${budgets}/a`, budget({ minAvailable: 2, selector })),
    put(`${budgets}/a`, changed('first', { spec: { minAvailable: '50%' } })),
  ],
  'The status of a budget counts': [
    given(post(budgets, budget({ minAvailable: 1, selector }))),
    patch(
      { path: `${budgets}/a/status`, as: 'merge' },
      { status: { disruptionsAllowed: -1, currentHealthy: -1, desiredHealthy: -1, expectedPods: -1 } },
    ),
  ],
};

export const cases: readonly Case[] = Object.entries(steps).map(
  ([title, of]): Case => ({ title, bullet: 'kinds', steps: of }),
);
