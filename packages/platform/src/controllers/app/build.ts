import { annotations, FairleadError, type Image } from '@fairlead/api';
import type { Client } from '@fairlead/kube';
import { images } from '../kinds.ts';
import { desiredImage } from './children.ts';
import type { AppFacts } from './facts.ts';
import type { AppPorts, BuildPlan } from './ports.ts';
import { type BuildReason, whyBuild } from './why-build.ts';

/** Where the app's code stands on its way to an image. */
export type Build =
  | { readonly kind: 'none' }
  | { readonly kind: 'external'; readonly reference: string }
  /** The image of an earlier release will do. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'running'; readonly image: Image; readonly reasons: readonly BuildReason[] }
  | { readonly kind: 'ready'; readonly image: Image }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string; readonly image?: Image };

/** Sees to it that the image of the app's source exists or is being made, and says how far it is. */
export const ensureBuild = async (facts: AppFacts, client: Client, ports: AppPorts): Promise<Build> => {
  const { source, refused } = facts;
  if (refused !== undefined) return failed(refused);
  if (source === undefined) return { kind: 'none' };
  if (source.kind === 'image') return { kind: 'external', reference: source.reference };
  const reasons = whyBuild(facts);
  if (reasons.length === 0) return { kind: 'keep' };
  try {
    const plan = await ports.planBuild(facts.ref, {
      digest: source.digest,
      ownCommands: Object.values(facts.app.spec.processes ?? {}).some(({ command }) => command !== undefined),
      ...(facts.app.spec.runtime === undefined ? {} : { runtime: facts.app.spec.runtime }),
    });
    return stateOf(await ensureImage(facts, plan, client), reasons);
  } catch (error) {
    if (error instanceof FairleadError) return failed(error);
    throw error;
  }
};

const ensureImage = async (facts: AppFacts, plan: BuildPlan, client: Client): Promise<Image> => {
  const desired = desiredImage(facts, plan);
  const existing = facts.images.find(({ metadata }) => metadata.name === desired.metadata.name);
  if (existing === undefined) return client.resource(images).create(desired);
  if (!askedAgain(existing, facts)) return existing;
  // A failed build is tried again when somebody asks for it: what it lacked may be there now.
  await client.resource(images).delete(existing.metadata, { propagationPolicy: 'Background' });
  return client.resource(images).create(desired);
};

const askedAgain = (image: Image, { app }: AppFacts): boolean =>
  failureOf(image) !== undefined &&
  image.metadata.annotations?.[annotations.buildRequest] !== app.spec.buildRequest;

const stateOf = (image: Image, reasons: readonly BuildReason[]): Build => {
  const failure = failureOf(image);
  if (failure !== undefined) return { kind: 'failed', image, ...failure };
  return image.status?.reference === undefined
    ? { kind: 'running', image, reasons }
    : { kind: 'ready', image };
};

const failureOf = (image: Image): { reason: string; message: string } | undefined => {
  const built = image.status?.conditions?.find(({ type }) => type === 'Built');
  return built?.status === 'False' ? { reason: built.reason, message: built.message } : undefined;
};

const failed = (error: FairleadError): Build => ({
  kind: 'failed',
  reason: error.code,
  message: `${error.message}: ${error.why}. ${error.solve}`,
});
