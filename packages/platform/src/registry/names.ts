import { type Digest, isDigest } from '../oci/digest.ts';
import { Refusal } from './refusal.ts';

/** OCI distribution-spec 1.1, "Pulling manifests": <name> and <reference>. */
const part = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${part}(?:/${part})*$`);
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Docker's limit, which clients know; it also keeps paths below what file systems take. */
const longestName = 255;

export const parseRepository = (text: string): string => {
  if (text.length > longestName || !namePattern.test(text)) {
    throw new Refusal('NAME_INVALID', 'the name of a repository has lower-case letters, digits, . _ - and /');
  }
  return text;
};

export const parseDigest = (text: string): Digest => {
  if (!isDigest(text)) throw new Refusal('DIGEST_INVALID', 'a digest is sha256: and 64 hexadecimal digits');
  return text;
};

export type Reference = { readonly digest: Digest } | { readonly tag: string };

export const parseReference = (text: string): Reference => {
  if (text.includes(':')) return { digest: parseDigest(text) };
  if (!tagPattern.test(text)) {
    throw new Refusal('MANIFEST_INVALID', 'a tag has up to 128 letters, digits, . _ and -');
  }
  return { tag: text };
};
