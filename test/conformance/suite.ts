import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureComponent } from '../cluster/components.ts';

/** What came of one test of Kubernetes' suite. */
export interface Result {
  /** As the suite prints it: `[sig-apps] Job should …`. */
  readonly name: string;
  readonly passed: boolean;
  /** Why not, on one line. */
  readonly why: string;
  readonly seconds: number;
}

/** The suite must not wait for more of a cluster than there is. */
const FLAGS = [
  '--provider=skeleton',
  '--allowed-not-ready-nodes=-1',
  '--minStartupPods=0',
  '--system-daemonsets-startup-timeout=1s',
  '--delete-namespace-on-failure=true',
  '-ginkgo.no-color',
];

/** Runs the tests whose names match, against the cluster of a kubeconfig. Their log goes to standard output. */
export const runSuite = async (given: {
  readonly kubeconfig: string;
  readonly focus: string;
  readonly skip: string;
  /** Ends it; what has not run by then has failed. */
  readonly minutes: number;
}): Promise<readonly Result[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-conformance-'));
  try {
    const report = join(folder, 'report.json');
    const child = spawn(
      ensureComponent('e2e'),
      [
        ...FLAGS,
        `--kubeconfig=${given.kubeconfig}`,
        `-ginkgo.focus=${given.focus}`,
        `-ginkgo.skip=${given.skip}`,
        `-ginkgo.timeout=${given.minutes}m`,
        `-ginkgo.json-report=${report}`,
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    await once(child, 'exit');
    return readReport(readFileSync(report, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A report of Ginkgo 2, as far as it is looked at. */
interface Report {
  readonly SpecReports: readonly {
    readonly LeafNodeType: string;
    readonly LeafNodeText: string;
    readonly ContainerHierarchyTexts: readonly string[] | null;
    readonly State: string;
    /** Nanoseconds. */
    readonly RunTime: number;
    readonly Failure?: { readonly Message: string };
  }[];
}

const readReport = (text: string): readonly Result[] => {
  const reports = JSON.parse(text) as readonly Report[];
  return reports
    .flatMap(({ SpecReports }) => SpecReports)
    .filter(({ LeafNodeType, State }) => LeafNodeType === 'It' && State !== 'skipped' && State !== 'pending')
    .map((spec) => ({
      name: [...(spec.ContainerHierarchyTexts ?? []), spec.LeafNodeText].join(' '),
      passed: spec.State === 'passed',
      why: (spec.Failure?.Message ?? '').replaceAll(/\s+/g, ' ').slice(0, 200),
      seconds: spec.RunTime / 1e9,
    }));
};
