import { createHash, hash } from 'node:crypto';
import type { Chunks, Repository } from '../oci/client.ts';
import type { Digest } from '../oci/digest.ts';
import { type Descriptor, encodeJson, mediaTypes } from '../oci/manifest.ts';
import { openArchive } from './archive.ts';
import { arrange, type Entry, type FileEntry } from './entry.ts';
import { createEntrySet } from './entry-set.ts';
import { createMeter, sourceLimits } from './limits.ts';
import { parsePath, unsafe } from './safe-path.ts';
import { tarBytes } from './tar.ts';

export const sourceArtifactType = 'application/vnd.fairlead.source.v1';
const indexType = 'application/vnd.fairlead.source.index.v1+json';

/** Where the app's files are in its image. The layer of a source has them there already, so it is a layer of the image. */
export const appFolder = 'app';

/** Names at the top of a source that are not the user's: the history, and what an image adds. */
const reserved = ['.git', '.fairlead'];

/** A file of a stored source. `offset` is where its content begins in the layer, so that it can be read alone. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
  readonly executable: boolean;
  readonly digest: string;
  readonly offset: number;
}

/** A source in the registry. */
export interface Source {
  /** Of its artifact. */
  readonly digest: Digest;
  readonly layer: Descriptor;
  /** Regular files, sorted by path. */
  readonly files: readonly SourceFile[];
  /** The text of a file up to `largestText`; `undefined` when there is none of that name or it is larger. */
  readText(path: string): Promise<string | undefined>;
}

/** Files that decide how a source is built are small. */
export const largestText = 1024 * 1024;

/**
 * Stores a source as an artifact. The same entries give the same digest, so pushing them again changes nothing. What
 * stands under a reserved name is left out.
 */
export const pushSource = async (repository: Repository, entries: Iterable<Entry>): Promise<Source> => {
  const kept = [...entries].filter(({ path }) => !reserved.includes(path.split('/', 1)[0] ?? ''));
  const index = createIndex();
  const layer = await repository.pushStream(
    mediaTypes.layer,
    tarBytes(arrange(kept.map(index.watch), appFolder), index.place),
  );
  const config = await repository.pushBytes(indexType, encodeJson({ files: index.files() }));
  const { digest } = await repository.pushManifest({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType: sourceArtifactType,
    config,
    layers: [layer],
  });
  return describeSource(repository, { digest, layer, files: index.files() });
};

/** Stores what a tar archive holds. `scratch` is a folder for what does not fit into memory. */
export const pushArchive = async (
  repository: Repository,
  archive: Chunks,
  scratch: string,
): Promise<Source> => {
  await using opened = await openArchive(archive, { scratch });
  return pushSource(repository, opened.entries);
};

/** Stores files whose text is at hand. */
export const pushFiles = (
  repository: Repository,
  files: readonly { readonly path: string; readonly content: string }[],
): Promise<Source> => pushSource(repository, fileEntries(files));

/** A source that was stored before; `undefined` when there is none of that digest. */
export const openSource = async (repository: Repository, digest: Digest): Promise<Source | undefined> => {
  const { manifest } = (await repository.pullManifest(digest)) ?? {};
  const layer = manifest?.layers[0];
  if (manifest?.artifactType !== sourceArtifactType || layer?.mediaType !== mediaTypes.layer)
    return undefined;
  // Whoever may push to the repository can make such an artifact by hand.
  if (manifest.config.size > largestIndex) throw unsafe(digest, 'its index is too large');
  const files = parseIndex(await repository.pullBytes(manifest.config));
  if (files === undefined) throw unsafe(digest, 'its index is not understood');
  return describeSource(repository, { digest, layer, files });
};

const largestIndex = 32 * 1024 * 1024;

const parseIndex = (bytes: Uint8Array): SourceFile[] | undefined => {
  const { files } = JSON.parse(new TextDecoder().decode(bytes)) as { files?: unknown };
  return Array.isArray(files) && files.every(isSourceFile) ? files : undefined;
};

const isSourceFile = (value: unknown): value is SourceFile => {
  const file = (value ?? {}) as Record<keyof SourceFile, unknown>;
  return (
    typeof file.path === 'string' &&
    typeof file.digest === 'string' &&
    typeof file.executable === 'boolean' &&
    Number.isSafeInteger(file.size) &&
    Number.isSafeInteger(file.offset)
  );
};

const describeSource = (
  repository: Repository,
  stored: Pick<Source, 'digest' | 'layer' | 'files'>,
): Source => ({
  ...stored,
  async readText(path) {
    const file = stored.files.find((each) => each.path === path);
    if (file === undefined || file.size > largestText) return undefined;
    const part = { offset: file.offset, length: file.size };
    return new TextDecoder().decode(await repository.pullRange(stored.layer.digest, part));
  },
});

const fileEntries = (files: readonly { readonly path: string; readonly content: string }[]): Entry[] => {
  const meter = createMeter(sourceLimits);
  const found = createEntrySet();
  for (const { path: name, content } of files) {
    const path = parsePath(name);
    if (path === '') throw unsafe(name, 'it is no name of a file');
    const bytes = Buffer.from(content);
    meter.add(bytes.byteLength);
    found.add({ kind: 'file', path, executable: false, size: bytes.byteLength, content: () => bytes });
  }
  return found.values();
};

/** Notes while a layer is written what is where. */
const createIndex = () => {
  const digests = new Map<string, string>();
  const files: SourceFile[] = [];
  return {
    watch: (entry: Entry): Entry =>
      entry.kind === 'file' ? hashed(entry, (digest) => digests.set(entry.path, digest)) : entry,
    place: ({ path, size, executable }: FileEntry, offset: number): void => {
      files.push({ path: path.slice(appFolder.length + 1), size, executable, digest: '', offset });
    },
    files: (): SourceFile[] => files.map((file) => ({ ...file, digest: digests.get(file.path) ?? '' })),
  };
};

const hashed = (file: FileEntry, note: (digest: string) => void): FileEntry => ({
  ...file,
  content: () => {
    const content = file.content();
    if (!(content instanceof Uint8Array)) return hashedChunks(content, note);
    note(`sha256:${hash('sha256', content, 'hex')}`);
    return content;
  },
});

async function* hashedChunks(chunks: Chunks, note: (digest: string) => void): AsyncGenerator<Uint8Array> {
  const running = createHash('sha256');
  for await (const chunk of chunks) {
    running.update(chunk);
    yield chunk;
  }
  note(`sha256:${running.digest('hex')}`);
}
