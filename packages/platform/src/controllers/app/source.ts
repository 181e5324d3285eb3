import { type App, FairleadError, type Source } from '@fairlead/api';
import type { AppPorts, AppRef } from './ports.ts';

/** What the app's source is, in a form that a build and a release can hold. */
export type AppSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'artifact'; readonly digest: string; readonly commit?: string; readonly ref?: string }
  /** It cannot be taken. */
  | { readonly kind: 'refused'; readonly error: FairleadError };

/** All inline files of an App together, in bytes: an object of the API has 1.5 MB at most, its history many copies. */
const inlineLimit = 200_000;

/** Reads the source; inline files are put into the registry, where the same files are the same artifact. */
export const gatherSource = async ({ spec }: App, ref: AppRef, ports: AppPorts): Promise<AppSource> => {
  const { files, artifact, image } = spec.source ?? {};
  if (image !== undefined) return { kind: 'image', reference: image };
  if (artifact !== undefined) return { kind: 'artifact', ...artifact };
  if (files === undefined) return { kind: 'none' };
  try {
    refuseLargeFiles(files);
    const { digest } = await ports.storeFiles(ref, files);
    return { kind: 'artifact', digest };
  } catch (error) {
    if (error instanceof FairleadError) return { kind: 'refused', error };
    throw error;
  }
};

const refuseLargeFiles = (files: NonNullable<Source['files']>): void => {
  const size = files.reduce((sum, file) => sum + Buffer.byteLength(file.content), 0);
  if (size <= inlineLimit) return;
  throw new FairleadError('E_SOURCE_TOO_LARGE', {
    size,
    limit: inlineLimit,
    where: 'as inline files of an App',
    advice: 'send it with  git push fairlead main  or  fairlead deploy',
  });
};

/** Whether a release holds this very code. */
export const isSameSource = (held: Source | undefined, source: AppSource): boolean => {
  switch (source.kind) {
    case 'artifact':
      return held?.artifact?.digest === source.digest;
    case 'image':
      return held?.image === source.reference;
    case 'none':
    case 'refused':
      return false;
    default:
      throw new TypeError(`unknown source ${source satisfies never}`);
  }
};
