import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';

/**
 * Why a certificate and a key do not serve TLS together, in the words of Go's `crypto/tls`; undefined when they do.
 * Both are PEM (RFC 7468).
 */
export const keyPairFault = (certificate: string, key: string): string | undefined => {
  if (!CERTIFICATE.test(certificate)) return missing('certificate', certificate);
  if (!KEY.test(key)) return missing('key', key);
  const [read, held] = [readCertificate(certificate), readKey(key)];
  // Go says in many words what is broken inside; that something is, is what a person needs.
  if (read === undefined) return 'x509: malformed certificate';
  if (held === undefined) return 'tls: failed to parse private key';
  return read.checkPrivateKey(held) ? undefined : 'tls: private key does not match public key';
};

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/;
const KEY = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----[^-]*-----END ([A-Z]+ )?PRIVATE KEY-----/;
const ANY = /-----BEGIN ([A-Z ]+)-----/g;

const SWITCHED = { certificate: /PRIVATE KEY$/, key: /^CERTIFICATE$/ };
const SWITCHED_WORDS = {
  certificate:
    'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
  key: 'tls: found a certificate rather than a key in the PEM for the private key',
};
const WANTED = {
  certificate: '"CERTIFICATE" PEM block',
  key: 'PEM block with type ending in "PRIVATE KEY"',
};

const missing = (what: 'certificate' | 'key', text: string): string => {
  const found = [...text.matchAll(ANY)].map(([, type = '']) => type);
  if (found.length === 0) return `tls: failed to find any PEM data in ${what} input`;
  if (found.length === 1 && SWITCHED[what].test(found[0] ?? '')) return SWITCHED_WORDS[what];
  return `tls: failed to find ${WANTED[what]} in ${what} input after skipping PEM blocks of the following types: [${found.join(' ')}]`;
};

const readCertificate = (pem: string): X509Certificate | undefined => {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
};

const readKey = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
};
