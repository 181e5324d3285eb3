import { annotations, type App, type Image, labels, type Release } from '@fairlead/api';
import { type Desired, ownerReference } from '@fairlead/kube';
import { imageName, releaseName } from '../names.ts';
import type { AppFacts } from './facts.ts';
import type { BuildPlan } from './ports.ts';
import type { Snapshot } from './snapshot.ts';
import { whoChanged } from './who-changed.ts';
import { type ReleaseReason, summaryOf } from './why-release.ts';

const childMeta = (app: App, name: string) => ({
  name,
  namespace: app.metadata.namespace ?? 'default',
  labels: { [labels.app]: app.metadata.name },
  ownerReferences: [ownerReference(app)],
});

/** The Image of the app's present source. */
export const desiredImage = (
  { app, source }: AppFacts,
  plan: BuildPlan & { readonly asked: string },
): Desired<Image> & { metadata: { name: string } } => ({
  apiVersion: 'fairlead.dev/v1alpha1',
  kind: 'Image',
  metadata: {
    ...childMeta(app, imageName(app.metadata.name, plan.key)),
    annotations: { [annotations.asked]: plan.asked },
  },
  spec: {
    app: app.metadata.name,
    source: { digest: source.kind === 'artifact' ? source.digest : '' },
    runtime: plan.runtime,
    key: plan.key,
    timeoutSeconds: app.spec.timeouts?.build ?? 900,
  },
});

/** The next release: a snapshot, its number, and what changed. */
export const desiredRelease = (
  { app, releases }: AppFacts,
  snapshot: Snapshot,
  reasons: readonly ReleaseReason[],
): Desired<Release> => {
  const version = (releases.at(-1)?.spec.version ?? 0) + 1;
  return {
    apiVersion: 'fairlead.dev/v1alpha1',
    kind: 'Release',
    metadata: {
      ...childMeta(app, releaseName(app.metadata.name, version)),
      ...(app.spec.buildRequest === undefined
        ? {}
        : { annotations: { [annotations.buildRequest]: app.spec.buildRequest } }),
    },
    spec: {
      app: app.metadata.name,
      version,
      summary: summaryOf(reasons),
      reasons: reasons.map(({ type }) => type),
      changedBy: whoChanged(app.metadata),
      ...snapshot,
    },
  };
};
