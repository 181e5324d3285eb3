import type { Admission, AdmissionRequest } from '../chain.ts';
import { aggregate, isAbout, refusal } from '../kinds.ts';
import { type Lister, valuesOf } from '../lister.ts';
import { podIn } from '../pod.ts';
import { claimViolations, type LimitRange, podViolations } from './constraints.ts';
import { withDefaultResources } from './defaults.ts';

/** Holds pods and claims to the `LimitRange`s of their namespace, and fills in what those have as defaults. */
export const limitRanger = (limitRanges: Lister): Admission => {
  const rangesFor = ({ namespace, old }: AdmissionRequest): readonly LimitRange[] =>
    old?.metadata.deletionTimestamp === undefined ? valuesOf(limitRanges.list(namespace)) : [];
  return {
    name: 'LimitRanger',
    admit(request) {
      const sent = podIn(request, 'CREATE');
      return sent === undefined ? request.object : rangesFor(request).reduce(withDefaultResources, sent);
    },
    validate(request) {
      const violationsOf = judgeFor(request);
      if (violationsOf === undefined) return;
      for (const range of rangesFor(request)) {
        const violations = violationsOf(range);
        if (violations.length > 0) throw refusal(request, aggregate(violations));
      }
    },
  };
};

const judgeFor = (request: AdmissionRequest): ((range: LimitRange) => readonly string[]) | undefined => {
  // The resources of a pod that is there already cannot change, so only a new one is judged.
  const pod = podIn(request, 'CREATE');
  if (pod !== undefined) return (range) => podViolations(pod, range);
  if (!isAbout(request, 'persistentvolumeclaims') || request.subresource !== '') return undefined;
  if (request.operation === 'DELETE') return undefined;
  return (range) => claimViolations(request.object, range);
};
