import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '@fairlead/kube';
import { issueCertificate, newKey } from './issue.ts';
import { writePrivateFile } from './private-file.ts';

/** What a TLS server needs, and what its clients need to trust it. All PEM. */
export interface ServerIdentity {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

export interface IdentityOptions {
  /** Kept here from start to start; only in memory when absent. */
  readonly folder?: string;
  /** Names and addresses that clients reach the server by. */
  readonly hosts: readonly string[];
  readonly clock: Clock;
}

const DAY = 24 * 3600_000;
const AUTHORITY_DAYS = 3650;
const SERVER_DAYS = 365;
/** Renewed at a start this long before the end. */
const RENEW_DAYS = 30;
/** Clocks of clients may be behind. */
const BACKDATE = 3600_000;
const AUTHORITY = 'fairlead-ca';

/**
 * The identity of the API server: a P-256 certificate of an authority of its own, both made when they are
 * missing, about to expire, or made for other hosts. The authority outlives the certificate, so clients that
 * trust it go on.
 */
export const openServerIdentity = async ({
  folder,
  hosts,
  clock,
}: IdentityOptions): Promise<ServerIdentity> => {
  const authority = await openPair(folder, 'ca', {
    isGood: (certificate) => isCurrent(certificate, clock),
    issue: () => issueAuthority(clock),
  });
  const ca = new X509Certificate(authority.certificate);
  const server = await openPair(folder, 'server', {
    isGood: (certificate) =>
      isCurrent(certificate, clock) && covers(certificate, hosts) && certificate.verify(ca.publicKey),
    issue: () => issueServer(authority, hosts, clock),
  });
  return { ca: authority.certificate, ...server };
};

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

const openPair = async (
  folder: string | undefined,
  name: string,
  given: { readonly isGood: (certificate: X509Certificate) => boolean; readonly issue: () => Pair },
): Promise<Pair> => {
  const known = folder === undefined ? undefined : await readPair(folder, name);
  if (known !== undefined && given.isGood(new X509Certificate(known.certificate))) return known;
  const made = given.issue();
  if (folder !== undefined) await writePair(folder, name, made);
  return made;
};

const issueAuthority = (clock: Clock): Pair => {
  const key = newKey();
  const wanted = { subject: AUTHORITY, ...validity(clock, AUTHORITY_DAYS) };
  return pairOf(issueCertificate(wanted, key, { subject: AUTHORITY, key }), key);
};

const issueServer = (authority: Pair, hosts: readonly string[], clock: Clock): Pair => {
  const key = newKey();
  const wanted = { subject: 'fairlead-engine', hosts, ...validity(clock, SERVER_DAYS) };
  const issuer = { subject: AUTHORITY, key: createPrivateKey(authority.key) };
  return pairOf(issueCertificate(wanted, key, issuer), key);
};

const pairOf = (certificate: string, key: ReturnType<typeof newKey>): Pair => ({
  certificate,
  key: key.export({ type: 'pkcs8', format: 'pem' }),
});

const validity = (clock: Clock, days: number) => ({
  notBefore: clock.now() - BACKDATE,
  notAfter: clock.now() + days * DAY,
});

const isCurrent = ({ validFrom, validTo }: X509Certificate, clock: Clock): boolean =>
  Date.parse(validFrom) <= clock.now() && Date.parse(validTo) > clock.now() + RENEW_DAYS * DAY;

const covers = (certificate: X509Certificate, hosts: readonly string[]): boolean =>
  hosts.every((host) =>
    isIP(host) === 0 ? certificate.checkHost(host) !== undefined : certificate.checkIP(host) !== undefined,
  );

const readPair = async (folder: string, name: string): Promise<Pair | undefined> => {
  try {
    const [certificate, key] = await Promise.all([
      readFile(join(folder, `${name}.crt`), 'utf8'),
      readFile(join(folder, `${name}.key`), 'utf8'),
    ]);
    return { certificate, key };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** The key first: a certificate without its key would be taken for a whole pair. */
const writePair = async (folder: string, name: string, { certificate, key }: Pair): Promise<void> => {
  await writePrivateFile(join(folder, `${name}.key`), key);
  await writePrivateFile(join(folder, `${name}.crt`), certificate);
};
