import type { Admission } from './chain.ts';
import { podIn, withSpec } from './pod.ts';

const SECONDS = 300;
const TROUBLES = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** A pod stays five minutes on a node that is in trouble, unless it says how long. */
export const defaultTolerationSeconds: Admission = {
  name: 'DefaultTolerationSeconds',
  admit(request) {
    const pod = podIn(request, 'CREATE') ?? podIn(request, 'UPDATE');
    if (pod === undefined) return request.object;
    const tolerations = pod.spec.tolerations ?? [];
    const missing = TROUBLES.filter((trouble) => !tolerations.some((one) => covers(one, trouble)));
    if (missing.length === 0) return pod;
    const added = missing.map((key) => {
      return { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS };
    });
    return withSpec(pod, { tolerations: [...tolerations, ...added] });
  },
};

/** Nothing said stands for everything. */
const covers = (
  { key = '', effect = '' }: { readonly key?: string; readonly effect?: string },
  trouble: string,
): boolean => (key === '' || key === trouble) && (effect === '' || effect === 'NoExecute');
