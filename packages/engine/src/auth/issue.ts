import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  webcrypto,
} from 'node:crypto';
import { isIP } from 'node:net';
import { bits, boolean, context, implicit, integer, octets, oid, sequence, set, text, time } from './der.ts';

/** What a certificate is to say (RFC 5280). Times in milliseconds since the epoch. */
export interface Wanted {
  readonly subject: string;
  readonly notBefore: number;
  readonly notAfter: number;
  /** Names and addresses of a server; absent for an authority. */
  readonly hosts?: readonly string[];
}

/** A key, and who signs: itself when there is no issuer. */
export interface Signer {
  readonly subject: string;
  readonly key: KeyObject;
}

/** A fresh P-256 key. */
export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Issues a certificate for the public half of `key`, as PEM. */
export const issueCertificate = (wanted: Wanted, key: KeyObject, issuer: Signer): string => {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const content = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(newSerial()),
    ECDSA_SHA256,
    nameOf(issuer.subject),
    sequence(time(wanted.notBefore), time(wanted.notAfter)),
    nameOf(wanted.subject),
    publicKey,
    context(3, sequence(...extensions(wanted, publicKey, issuer))),
  );
  const signature = sign('sha256', content, { key: issuer.key, dsaEncoding: 'der' });
  return pem('CERTIFICATE', sequence(content, ECDSA_SHA256, bits(signature)));
};

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** 127 random bits: positive, and never twice by one issuer. */
const newSerial = (): Uint8Array => {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
};

const nameOf = (commonName: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), text(commonName))));

const extension = (id: string, critical: boolean, value: Uint8Array): Buffer =>
  sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));

const extensions = ({ hosts }: Wanted, publicKey: Uint8Array, issuer: Signer): Buffer[] => {
  const issuerKey = createPublicKey(issuer.key).export({ type: 'spki', format: 'der' });
  const identified = [
    extension('2.5.29.14', false, octets(keyId(publicKey))),
    extension('2.5.29.35', false, sequence(implicit(0, keyId(issuerKey)))),
  ];
  return hosts === undefined
    ? [
        extension('2.5.29.19', true, sequence(boolean(true), integer(Buffer.from([0])))),
        // keyCertSign and cRLSign.
        extension('2.5.29.15', true, bits(Buffer.from([0b0000_0110]), 1)),
        ...identified,
      ]
    : [
        extension('2.5.29.19', true, sequence()),
        // digitalSignature.
        extension('2.5.29.15', true, bits(Buffer.from([0b1000_0000]), 7)),
        // serverAuth.
        extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
        extension('2.5.29.17', false, sequence(...hosts.map(hostName))),
        ...identified,
      ];
};

/** SHA-1 of the key's own bits, the last 65 of a P-256 SubjectPublicKeyInfo (RFC 5280, 4.2.1.2). */
const keyId = (publicKey: Uint8Array): Buffer =>
  createHash('sha1')
    .update(publicKey.subarray(publicKey.length - 65))
    .digest();

const hostName = (host: string): Buffer =>
  isIP(host) === 0 ? implicit(2, Buffer.from(host)) : implicit(7, addressBytes(host));

const addressBytes = (address: string): Buffer => {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const middle = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Buffer.from([...left, ...middle, ...right].flatMap((group) => [group >> 8, group & 0xff]));
};

const groupsOf = (part: string): number[] =>
  part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));

export const pem = (label: string, der: Uint8Array): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};
