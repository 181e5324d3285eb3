import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Authenticated } from './authentication.ts';
import { AUTHENTICATED } from './user.ts';

const known = new WeakMap<TLSSocket, Authenticated>();

/** Who is at the other end, by the certificate that was shown when the connection began. */
export const userOfConnection = (socket: TLSSocket): Authenticated => {
  const found = known.get(socket);
  if (found !== undefined) return found;
  const user = userOfCertificate(socket.getPeerCertificate(), socket.authorized);
  known.set(socket, user);
  return user;
};

/**
 * The common name is the user, each organization a group (Kubernetes, "X509 client certificates"). `trusted`:
 * our authority issued it for clients, and it has not expired.
 */
export const userOfCertificate = (certificate: Shown, trusted: boolean): Authenticated => {
  // Without a certificate there is an object without members.
  if (certificate.subject === undefined) return 'anonymous';
  if (!trusted) return 'rejected';
  const { CN, O: organizations } = certificate.subject as Record<string, string | string[] | undefined>;
  const name = [CN].flat()[0] ?? '';
  if (name === '') return 'anonymous';
  const print = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  return {
    name,
    groups: [...[organizations ?? []].flat(), AUTHENTICATED],
    extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${print}`] },
  };
};

type Shown = Partial<Pick<PeerCertificate, 'subject'>> & Pick<PeerCertificate, 'fingerprint256'>;
