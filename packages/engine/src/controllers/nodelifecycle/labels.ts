import type { Node } from '@fairlead/kube';

/** Older names of two labels, by which some pods still choose their node. */
const older: readonly (readonly [label: string, before: string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
];

/** The labels under their older names that a node lacks, or has wrong. */
export const desiredLabels = ({ metadata: { labels = {} } }: Node): Readonly<Record<string, string>> =>
  Object.fromEntries(
    older
      .map(([label, before]) => [before, labels[label]] as const)
      .filter(
        (entry): entry is readonly [string, string] =>
          entry[1] !== undefined && labels[entry[0]] !== entry[1],
      ),
  );
