import { type Digest, isDigest } from '../oci/digest.ts';
import { type Descriptor, mediaTypes } from '../oci/manifest.ts';
import { Refusal } from './refusal.ts';

/** What a manifest says about others: the part that a registry acts on. */
export interface ManifestLinks {
  /** Blobs that must be in the repository already. */
  readonly blobs: readonly Digest[];
  /** Manifests that must be in the repository already. */
  readonly manifests: readonly Digest[];
  /** What it refers to; may come later, or never. */
  readonly subject?: Digest;
}

/** The summary that the referrers API gives of a manifest with a subject. */
export type ReferrerSummary = Pick<Descriptor, 'artifactType' | 'annotations'>;

interface Document {
  readonly mediaType?: unknown;
  readonly schemaVersion?: unknown;
  readonly config?: unknown;
  readonly layers?: unknown;
  readonly manifests?: unknown;
  readonly subject?: unknown;
  readonly artifactType?: unknown;
  readonly annotations?: unknown;
}

const imageTypes: readonly string[] = [mediaTypes.manifest, mediaTypes.dockerManifest];
const indexTypes: readonly string[] = [mediaTypes.index, mediaTypes.dockerList];

/** Reads a manifest that a stranger sent, or throws MANIFEST_INVALID with what is wrong. */
export const parseManifestLinks = (bytes: Uint8Array, mediaType: string): ManifestLinks => {
  const document = parseDocument(bytes);
  if (document.schemaVersion !== 2) throw invalid('schemaVersion is not 2');
  if (document.mediaType !== undefined && document.mediaType !== mediaType) {
    throw invalid(`mediaType is ${JSON.stringify(document.mediaType)} and Content-Type is ${mediaType}`);
  }
  const subject = document.subject === undefined ? {} : { subject: digestIn(document.subject, 'subject') };
  if (indexTypes.includes(mediaType)) {
    return { blobs: [], manifests: digestsIn(document.manifests, 'manifests'), ...subject };
  }
  if (!imageTypes.includes(mediaType)) throw invalid(`${mediaType} is not a type of manifest that is known`);
  const blobs = [digestIn(document.config, 'config'), ...digestsIn(document.layers, 'layers')];
  return { blobs, manifests: [], ...subject };
};

/** distribution-spec, "Listing Referrers": the artifact's type falls back to the media type of its config. */
export const summarise = (bytes: Uint8Array): ReferrerSummary => {
  const { artifactType, config, annotations } = parseDocument(bytes);
  const fallback = (config as { mediaType?: unknown } | undefined)?.mediaType;
  const type = artifactType ?? fallback;
  return {
    ...(typeof type === 'string' ? { artifactType: type } : {}),
    ...(isRecord(annotations) ? { annotations: annotations as Record<string, string> } : {}),
  };
};

const parseDocument = (bytes: Uint8Array): Document => {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalid('it is not JSON');
  }
  if (!isRecord(value)) throw invalid('it is not a JSON object');
  return value;
};

const digestsIn = (value: unknown, where: string): Digest[] => {
  if (!Array.isArray(value)) throw invalid(`${where} is not a list`);
  // Foreign layers come from their own address and are never pushed. image-spec, descriptor.md, "urls".
  return value
    .filter((entry) => !isRecord(entry) || entry.urls === undefined)
    .map((entry) => digestIn(entry, where));
};

const digestIn = (value: unknown, where: string): Digest => {
  const digest = isRecord(value) ? value.digest : undefined;
  if (typeof digest !== 'string' || !isDigest(digest)) throw invalid(`${where} has no digest`);
  return digest;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (reason: string): Refusal => new Refusal('MANIFEST_INVALID', `the manifest: ${reason}`);
