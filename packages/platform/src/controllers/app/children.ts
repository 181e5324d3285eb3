import { annotations, type App, type Image, labels, type Release } from '@fairlead/api';
import { type Desired, type ManagedFieldsEntry, ownerReference } from '@fairlead/kube';
import { imageName, releaseName } from '../names.ts';
import type { AppFacts } from './facts.ts';
import type { BuildPlan } from './ports.ts';
import type { Snapshot } from './snapshot.ts';
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
  plan: BuildPlan,
): Desired<Image> & { metadata: { name: string } } => {
  const requested = app.spec.buildRequest;
  return {
    apiVersion: 'fairlead.dev/v1alpha1',
    kind: 'Image',
    metadata: {
      ...childMeta(app, imageName(app.metadata.name, plan.key)),
      ...(requested === undefined ? {} : { annotations: { [annotations.buildRequest]: requested } }),
    },
    spec: {
      app: app.metadata.name,
      source: { digest: source?.kind === 'artifact' ? source.digest : '' },
      runtime: plan.runtime,
      key: plan.key,
      timeoutSeconds: app.spec.timeouts?.build ?? 900,
    },
  };
};

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
    metadata: childMeta(app, releaseName(app.metadata.name, version)),
    spec: {
      app: app.metadata.name,
      version,
      summary: summaryOf(reasons),
      reasons: reasons.map(({ type }) => type),
      changedBy: whoChanged(app),
      ...snapshot,
    },
  };
};

/** Who wrote the spec last: the annotation that clients set, else the field manager. */
const whoChanged = ({ metadata }: App): string => {
  const fields = (metadata as { managedFields?: readonly ManagedFieldsEntry[] }).managedFields ?? [];
  const writers = fields.filter(
    ({ fieldsV1 }) => fieldsV1 !== null && typeof fieldsV1 === 'object' && 'f:spec' in fieldsV1,
  );
  const last = writers.toSorted((a, b) => (a.time ?? '').localeCompare(b.time ?? '')).at(-1);
  return metadata.annotations?.[annotations.changedBy] ?? last?.manager ?? 'unknown';
};
