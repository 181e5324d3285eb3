import type { Digest } from '../oci/digest.ts';
import type { RecordStore } from './storage.ts';

/** A manifest as it was pushed: the bytes are what the digest names, the media type came beside them. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What belongs to one repository. A blob that is not linked here is not there, whoever else has it. */
export interface RepositoryRecords {
  /** Whether anything was ever pushed here. */
  exists(): Promise<boolean>;
  listBlobs(): Promise<Digest[]>;
  listManifests(): Promise<Digest[]>;
  hasBlob(digest: Digest): Promise<boolean>;
  linkBlob(digest: Digest): Promise<void>;
  unlinkBlob(digest: Digest): Promise<boolean>;
  readManifest(digest: Digest): Promise<StoredManifest | undefined>;
  writeManifest(digest: Digest, manifest: StoredManifest): Promise<void>;
  deleteManifest(digest: Digest): Promise<boolean>;
  readTag(tag: string): Promise<Digest | undefined>;
  writeTag(tag: string, digest: Digest): Promise<void>;
  deleteTag(tag: string): Promise<boolean>;
  listTags(): Promise<string[]>;
  readReferrers(subject: Digest): Promise<Digest[]>;
  addReferrer(subject: Digest, digest: Digest): Promise<void>;
  removeReferrer(subject: Digest, digest: Digest): Promise<void>;
}

const fileName = (digest: Digest): string => digest.replace(':', '-');
const digestOfFile = (name: string): Digest => name.replace('-', ':') as Digest;
const nothing = new Uint8Array();

/** No part of a repository's name starts with `_`, so these never meet the name of another one. */
export const repositoryRecords = (records: RecordStore, name: string): RepositoryRecords => {
  const root = `repositories/${name}`;
  const blob = (digest: Digest): string => `${root}/_blobs/${fileName(digest)}`;
  const manifest = (digest: Digest): string => `${root}/_manifests/${fileName(digest)}`;
  const tagKey = (tag: string): string => `${root}/_tags/${tag}`;
  const referrers = (subject: Digest): string => `${root}/_referrers/${fileName(subject)}`;
  const digestsIn = async (folder: string): Promise<Digest[]> =>
    (await records.list(`${root}/${folder}`)).map(digestOfFile);
  return {
    listBlobs: () => digestsIn('_blobs'),
    listManifests: () => digestsIn('_manifests'),
    exists: async () => (await digestsIn('_manifests')).length > 0 || (await digestsIn('_blobs')).length > 0,
    hasBlob: async (digest) => (await records.read(blob(digest))) !== undefined,
    linkBlob: (digest) => records.write(blob(digest), nothing),
    unlinkBlob: (digest) => records.delete(blob(digest)),
    readManifest: async (digest) => decodeManifest(await records.read(manifest(digest))),
    writeManifest: (digest, value) => records.write(manifest(digest), encodeManifest(value)),
    deleteManifest: (digest) => records.delete(manifest(digest)),
    async readTag(tag) {
      const value = await records.read(tagKey(tag));
      return value && (new TextDecoder().decode(value) as Digest);
    },
    writeTag: (tag, digest) => records.write(tagKey(tag), new TextEncoder().encode(digest)),
    deleteTag: (tag) => records.delete(tagKey(tag)),
    listTags: () => records.list(`${root}/_tags`),
    readReferrers: async (subject) => (await records.list(referrers(subject))).map(digestOfFile),
    addReferrer: (subject, digest) => records.write(`${referrers(subject)}/${fileName(digest)}`, nothing),
    async removeReferrer(subject, digest) {
      await records.delete(`${referrers(subject)}/${fileName(digest)}`);
    },
  };
};

/** One record, so that bytes and media type are there together or not at all: the type, a line feed, the bytes. */
const encodeManifest = ({ mediaType, bytes }: StoredManifest): Uint8Array =>
  Buffer.concat([Buffer.from(`${mediaType}\n`), bytes]);

const decodeManifest = (value: Uint8Array | undefined): StoredManifest | undefined => {
  if (value === undefined) return undefined;
  const end = value.indexOf(10);
  return { mediaType: new TextDecoder().decode(value.subarray(0, end)), bytes: value.subarray(end + 1) };
};
