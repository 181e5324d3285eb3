import { createHash } from 'node:crypto';
import { annotations, explain, FairleadError, type Image } from '@fairlead/api';
import { type Client, findCondition } from '@fairlead/kube';
import { images } from '../kinds.ts';
import { desiredImage } from './children.ts';
import type { AppFacts } from './facts.ts';
import type { AppPorts, BuildPlan, BuildQuestion } from './ports.ts';
import { type BuildReason, whyBuild } from './why-build.ts';

/** Where the app's code stands on its way to an image. */
export type Build =
  | { readonly kind: 'none' }
  | { readonly kind: 'external'; readonly reference: string }
  /** The image of an earlier release will do. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'running'; readonly image: Image; readonly reasons: readonly BuildReason[] }
  | { readonly kind: 'ready'; readonly image: Image }
  | { readonly kind: 'failed'; readonly reason: string; readonly message: string };

/** Sees to it that the image of the app's source exists or is being made, and says how far it is. */
export const ensureBuild = async (facts: AppFacts, client: Client, ports: AppPorts): Promise<Build> => {
  const { source } = facts;
  switch (source.kind) {
    case 'none':
      return { kind: 'none' };
    case 'image':
      return { kind: 'external', reference: source.reference };
    case 'refused':
      return failed(source.error);
    case 'artifact': {
      const reasons = whyBuild(facts);
      return reasons.length === 0 ? { kind: 'keep' } : startBuild({ facts, reasons }, client, ports);
    }
    default:
      throw new TypeError(`unknown source ${source satisfies never}`);
  }
};

const startBuild = async (
  { facts, reasons }: { facts: AppFacts; reasons: readonly BuildReason[] },
  client: Client,
  ports: AppPorts,
): Promise<Build> => {
  const question = questionOf(facts);
  // What is under way is not planned anew: that would read the source at every step of the build.
  const answer = facts.images.find(
    (image) => image.metadata.annotations?.[annotations.asked] === hash(question),
  );
  if (answer !== undefined) return stateOf(answer, reasons);
  try {
    const plan = await ports.planBuild(facts.ref, question);
    return stateOf(await ensureImage(facts, { ...plan, asked: hash(question) }, client), reasons);
  } catch (error) {
    if (error instanceof FairleadError) return failed(error);
    throw error;
  }
};

const questionOf = ({ app, source }: AppFacts): BuildQuestion => ({
  digest: source.kind === 'artifact' ? source.digest : '',
  ownCommands: Object.values(app.spec.processes ?? {}).some(({ command }) => command !== undefined),
  runtime: app.spec.runtime,
  request: app.spec.buildRequest,
});

const hash = (question: BuildQuestion): string =>
  createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 16);

const ensureImage = async (
  facts: AppFacts,
  plan: BuildPlan & { readonly asked: string },
  client: Client,
): Promise<Image> => {
  const desired = desiredImage(facts, plan);
  const existing = facts.images.find(({ metadata }) => metadata.name === desired.metadata.name);
  if (existing === undefined) return client.resource(images).create(desired);
  if (failureOf(existing) === undefined) return existing;
  // A failed build is tried again when somebody asks for it: what it lacked may be there now.
  await client.resource(images).delete(existing.metadata, { propagationPolicy: 'Background' });
  return client.resource(images).create(desired);
};

const stateOf = (image: Image, reasons: readonly BuildReason[]): Build => {
  const failure = failureOf(image);
  if (failure !== undefined) return { kind: 'failed', reason: failure.reason, message: failure.message };
  return image.status?.reference === undefined
    ? { kind: 'running', image, reasons }
    : { kind: 'ready', image };
};

const failureOf = (image: Image) => {
  const built = findCondition(image.status?.conditions, 'Built');
  return built?.status === 'False' ? built : undefined;
};

const failed = (error: FairleadError): Build => ({
  kind: 'failed',
  reason: error.code,
  message: explain(error),
});
