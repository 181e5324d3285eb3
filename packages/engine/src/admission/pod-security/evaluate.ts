import { baseline } from './baseline.ts';
import type { Check, CheckedPod, Violation } from './check.ts';
import type { Standard } from './policy.ts';
import { restricted } from './restricted.ts';

/** What in a pod the standard does not allow, in the order in which Kubernetes tells it. */
export const violationsOf = (pod: CheckedPod, { level, version }: Standard): readonly Violation[] => {
  if (level === 'privileged') return [];
  const minor = version === 'latest' ? Number.POSITIVE_INFINITY : version;
  const strict = level === 'restricted' ? restricted.filter((check) => judgeAt(check, minor)) : [];
  const contained = new Set(strict.map(({ instead }) => instead));
  return [...baseline.filter(({ id }) => !contained.has(id)), ...strict]
    .map((check) => judgeAt(check, minor)?.(pod))
    .filter((violation) => violation !== undefined);
};

/** `reason (detail), reason (detail)`. */
export const renderDetails = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');

export const renderReasons = (violations: readonly Violation[]): string =>
  violations.map(({ reason }) => reason).join(', ');

const judgeAt = ({ since }: Check, minor: number) => since.findLast(([first]) => first <= minor)?.[1];
