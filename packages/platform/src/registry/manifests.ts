import { algorithmOf, createDigester, type Digest, digestOf } from '../oci/digest.ts';
import { type ManifestLinks, parseManifestLinks } from './documents.ts';
import { type Exchange, type Handler, received } from './exchange.ts';
import { parseReference, type Reference } from './names.ts';
import { Refusal } from './refusal.ts';
import type { RepositoryRecords } from './repository.ts';

/** GET and HEAD /v2/<name>/manifests/<reference>. distribution-spec, "Pulling manifests". */
export const getManifest: Handler = async ({ request, repository }, target) => {
  const digest = await resolve(repository, parseReference(target));
  const stored = digest && (await repository.readManifest(digest));
  if (!stored) throw unknownManifest();
  const headers = {
    'content-type': stored.mediaType,
    'content-length': String(stored.bytes.byteLength),
    'docker-content-digest': digest,
    etag: `"${digest}"`,
  };
  const body = request.method === 'HEAD' ? null : (stored.bytes as Uint8Array<ArrayBuffer>);
  return new Response(body, { headers });
};

/** PUT /v2/<name>/manifests/<reference>. distribution-spec, "Pushing manifests". */
export const putManifest: Handler = async (exchange, target) => {
  const { repository, name } = exchange;
  const reference = parseReference(target);
  const mediaType = (exchange.request.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? '';
  const bytes = await readBody(exchange);
  const digest = digestAs(reference, bytes);
  const links = parseManifestLinks(bytes, mediaType);
  await exchange.exclusive(async () => {
    await requireLinked(repository, links);
    await repository.writeManifest(digest, { mediaType, bytes });
    if (links.subject) await repository.addReferrer(links.subject, digest);
    // Last: a tag that is seen, also after a power cut, leads to a manifest that is there.
    if ('tag' in reference) await repository.writeTag(reference.tag, digest);
  });
  const headers = new Headers({
    location: `/v2/${name}/manifests/${digest}`,
    'docker-content-digest': digest,
  });
  // Says that the referrers API knows it, so the client need not keep the fallback tag.
  if (links.subject) headers.set('oci-subject', links.subject);
  return new Response(null, { status: 201, headers });
};

/** DELETE /v2/<name>/manifests/<reference>: a tag alone, or a manifest with every tag that leads to it. */
export const deleteManifest: Handler = async (exchange, target) => {
  const reference = parseReference(target);
  const deleted = await exchange.exclusive(() =>
    'tag' in reference
      ? exchange.repository.deleteTag(reference.tag)
      : deleteByDigest(exchange.repository, reference.digest),
  );
  if (!deleted) throw unknownManifest();
  return new Response(null, { status: 202 });
};

const deleteByDigest = async (repository: RepositoryRecords, digest: Digest): Promise<boolean> => {
  const stored = await repository.readManifest(digest);
  if (!stored) return false;
  // Tags first: what is left after a crash half-way is a manifest without a tag, never a tag without a manifest.
  for (const tag of await repository.listTags()) {
    if ((await repository.readTag(tag)) === digest) await repository.deleteTag(tag);
  }
  const { subject } = parseManifestLinks(stored.bytes, stored.mediaType);
  if (subject) await repository.removeReferrer(subject, digest);
  return repository.deleteManifest(digest);
};

/** Leaves nothing of a repository. The content of its blobs stays until it is collected: others may have it too. */
export const removeRepository = async (repository: RepositoryRecords): Promise<void> => {
  for (const tag of await repository.listTags()) await repository.deleteTag(tag);
  for (const digest of await repository.listManifests()) await deleteByDigest(repository, digest);
  for (const digest of await repository.listBlobs()) await repository.unlinkBlob(digest);
};

const resolve = async (repository: RepositoryRecords, reference: Reference): Promise<Digest | undefined> =>
  'digest' in reference ? reference.digest : repository.readTag(reference.tag);

const readBody = async ({ request, limits }: Exchange): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of received(request.body ?? [])) {
    size += chunk.byteLength;
    if (size > limits.manifestBytes) {
      throw new Refusal('SIZE_INVALID', `a manifest has ${limits.manifestBytes} bytes at most`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
};

const digestAs = (reference: Reference, bytes: Uint8Array): Digest => {
  if ('tag' in reference) return digestOf(bytes);
  const digester = createDigester(algorithmOf(reference.digest));
  digester.update(bytes);
  const actual = digester.digest();
  if (actual !== reference.digest) {
    throw new Refusal('DIGEST_INVALID', `the content is ${actual}, not ${reference.digest}`);
  }
  return actual;
};

const requireLinked = async (repository: RepositoryRecords, links: ManifestLinks): Promise<void> => {
  for (const digest of links.blobs) {
    if (!(await repository.hasBlob(digest))) throw missing(digest);
  }
  for (const digest of links.manifests) {
    if (!(await repository.readManifest(digest))) throw missing(digest);
  }
};

const missing = (digest: Digest): Refusal =>
  new Refusal('MANIFEST_BLOB_UNKNOWN', `the manifest needs ${digest}, which the repository does not have`, {
    detail: { digest },
  });

const unknownManifest = (): Refusal => new Refusal('MANIFEST_UNKNOWN', 'the repository has no such manifest');
