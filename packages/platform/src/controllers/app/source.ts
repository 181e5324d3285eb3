import { type App, FairleadError, type Source } from '@fairlead/api';
import { refusalOf } from './refusal.ts';
import type { AppPorts, AppRef } from './ports.ts';

/** What the app's source is, in a form that a build and a release can hold. */
export type AppSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'artifact'; readonly digest: string; readonly commit?: string; readonly ref?: string }
  /** It cannot be taken. */
  | { readonly kind: 'refused'; readonly error: FairleadError };

/** Reads the source; inline files are put into the registry, where the same files are the same artifact. */
export const gatherSource = async (app: App, ref: AppRef, ports: AppPorts): Promise<AppSource> => {
  const { files, artifact, image } = app.spec.source ?? {};
  if (image !== undefined) return { kind: 'image', reference: image };
  if (artifact !== undefined) return { kind: 'artifact', ...artifact };
  if (files === undefined) return { kind: 'none' };
  const refusal = refusalOf(app, 'spec.source.files');
  if (refusal !== undefined) return { kind: 'refused', error: refusal };
  try {
    const { digest } = await ports.storeFiles(ref, files);
    return { kind: 'artifact', digest };
  } catch (error) {
    if (error instanceof FairleadError) return { kind: 'refused', error };
    throw error;
  }
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
