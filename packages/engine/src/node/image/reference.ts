/** An image's name, taken apart (OCI distribution 1.1, "Pull"; names as containerd reads them). */
export interface ImageReference {
  /** `registry.example.com:5000`. */
  readonly host: string;
  readonly repository: string;
  /** What the manifest is asked by: the digest when there is one. */
  readonly reference: string;
  readonly digest: string | undefined;
}

const repository = /^[a-z0-9]+([._-]+[a-z0-9]+)*(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;
const tag = /^\w[\w.-]{0,127}$/;
const host = /^[a-zA-Z0-9.-]+(:\d{1,5})?$|^\[[0-9a-fA-F:]+\](:\d{1,5})?$/;

/** Only SHA-256 is served: it is what every registry and builder uses. */
export const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);

/** `undefined` when the text is not the name of an image. */
export function parseReference(text: string): ImageReference | undefined {
  const [name = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !isDigest(digest))) return undefined;
  const [first = '', ...path] = name.split('/');
  const named = path.length > 0 && (/[.:[]/.test(first) || first === 'localhost');
  const [repositoryName, tagName = 'latest'] = splitTag(named ? path.join('/') : name);
  const parsed = {
    host: named ? first : 'docker.io',
    repository: named || path.length > 0 ? repositoryName : `library/${repositoryName}`,
    reference: digest ?? tagName,
    digest,
  };
  const valid = host.test(parsed.host) && repository.test(parsed.repository) && tag.test(tagName);
  return valid ? parsed : undefined;
}

function splitTag(name: string): [string, string?] {
  const colon = name.lastIndexOf(':');
  return colon < 0 ? [name] : [name.slice(0, colon), name.slice(colon + 1)];
}
