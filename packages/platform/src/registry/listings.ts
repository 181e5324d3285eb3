import { mediaTypes } from '../oci/manifest.ts';
import { summarise } from './documents.ts';
import type { Exchange, Handler } from './exchange.ts';
import { parseDigest } from './names.ts';
import { Refusal } from './refusal.ts';

/** GET /v2/<name>/tags/list?n=&last=. distribution-spec, "Listing Tags". */
export const listTags: Handler = async ({ url, name, repository }) => {
  const all = await repository.listTags();
  if (all.length === 0 && !(await repository.exists())) {
    throw new Refusal('NAME_UNKNOWN', 'there is no such repository');
  }
  const last = url.searchParams.get('last');
  const after = last === null ? all : all.filter((tag) => tag > last);
  const count = parseCount(url.searchParams.get('n'));
  const tags = after.slice(0, count);
  const headers = new Headers();
  const end = tags.at(-1);
  if (end !== undefined && tags.length < after.length) {
    headers.set('link', `</v2/${name}/tags/list?n=${count}&last=${encodeURIComponent(end)}>; rel="next"`);
  }
  return Response.json({ name, tags }, { headers });
};

/** GET /v2/<name>/referrers/<digest>?artifactType=. distribution-spec, "Listing Referrers". */
export const listReferrers: Handler = async ({ url, repository }: Exchange, target) => {
  const wanted = url.searchParams.get('artifactType');
  const manifests = [];
  for (const digest of await repository.readReferrers(parseDigest(target))) {
    const stored = await repository.readManifest(digest);
    if (!stored) continue;
    const summary = summarise(stored.bytes);
    if (wanted !== null && summary.artifactType !== wanted) continue;
    manifests.push({ mediaType: stored.mediaType, digest, size: stored.bytes.byteLength, ...summary });
  }
  const headers = new Headers({ 'content-type': mediaTypes.index });
  if (wanted !== null) headers.set('oci-filters-applied', 'artifactType');
  // Nothing refers to it, or nobody knows it: an empty index either way, as the specification asks.
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests };
  return new Response(JSON.stringify(index), { headers });
};

const parseCount = (text: string | null): number => {
  if (text === null) return Number.POSITIVE_INFINITY;
  if (!/^\d{1,9}$/.test(text)) throw new Refusal('UNSUPPORTED', 'n is a whole number', { status: 400 });
  return Number(text);
};
