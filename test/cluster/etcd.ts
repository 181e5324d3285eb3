/** The key by which API servers tell each other what is compacted. */
const COMPACT_REVISION_KEY = 'compact_rev_key';

/**
 * Compacts etcd at its newest revision, and tells the API server, which then forgets what its cache remembers of
 * older states.
 */
export const compactEtcd = async (url: string): Promise<void> => {
  const { header } = (await post(`${url}/v3/maintenance/status`, {})) as Status;
  const { revision } = header;
  await post(`${url}/v3/kv/put`, { key: base64(COMPACT_REVISION_KEY), value: base64(revision) });
  await post(`${url}/v3/kv/compaction`, { revision, physical: true });
};

interface Status {
  readonly header: { readonly revision: string };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const post = async (url: string, body: unknown): Promise<unknown> => {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`etcd refused ${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};
