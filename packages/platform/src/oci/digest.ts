import { createHash } from 'node:crypto';

/** The name of content: algorithm and hash in hex. OCI image-spec, descriptor.md, "Digests". */
export type Digest = `sha256:${string}` | `sha512:${string}`;

const pattern = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

export const isDigest = (text: string): text is Digest => pattern.test(text);

export const algorithmOf = (digest: Digest): 'sha256' | 'sha512' =>
  digest.startsWith('sha256:') ? 'sha256' : 'sha512';

export interface Digester {
  update(bytes: Uint8Array): void;
  /** Ends it: nothing can be added afterwards. */
  digest(): Digest;
}

export const createDigester = (algorithm: 'sha256' | 'sha512' = 'sha256'): Digester => {
  const hash = createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => `${algorithm}:${hash.digest('hex')}`,
  };
};

export const digestOf = (bytes: Uint8Array | string): Digest =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
