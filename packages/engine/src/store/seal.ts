import { createCipheriv, createDecipheriv, createHash, hkdfSync, webcrypto } from 'node:crypto';

/** Encrypts and decrypts the values of records on their way to the disk and back. */
export interface Seal {
  /** As it goes to the disk: encrypted if it is a record of those that are kept secret. */
  close(record: Sealable): Uint8Array;
  /** As it was given to `close`. Throws `SealError`. */
  open(record: Sealable): Uint8Array;
  /** Whether `close` would write it another way today: it lies open, or under an older key. */
  isStale(record: Sealable): boolean;
}

/** The bytes are bound to their place: moved to another record they cannot be opened. */
export interface Sealable {
  readonly key: string;
  readonly revision: number;
  readonly bytes: Uint8Array;
}

/** What is kept secret, and by which keys. */
export interface Sealing {
  /** Beginnings of the keys of the records that are encrypted. */
  readonly prefixes: readonly string[];
  /** Of 32 bytes each. The first one writes, all of them read. */
  readonly secrets: readonly Uint8Array[];
}

/** The bytes cannot be read: `unknown key` when none of the keys made them, `damaged` when they are not what was made. */
export class SealError extends Error {
  override readonly name = 'SealError';
  readonly reason: 'unknown key' | 'damaged';

  constructor(reason: SealError['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** No JSON document begins so. */
const MAGIC = Buffer.from([0, 0x73, 0x65, 0x61, 0x6c, 1]);
const [ID, SALT, NONCE, TAG] = [8, 32, 12, 16];
const HEADER = MAGIC.length + ID + SALT + NONCE;
const CIPHER = 'aes-256-gcm';

interface Key {
  readonly id: Buffer;
  readonly secret: Uint8Array;
}

/** Without `sealing` nothing is encrypted, and nothing that is encrypted can be read. */
export const createSeal = ({ prefixes, secrets }: Sealing = { prefixes: [], secrets: [] }): Seal => {
  const keys: readonly Key[] = secrets.map((secret) => ({ id: idOf(secret), secret }));
  const [writing] = keys;
  const isSecret = (key: string): boolean => prefixes.some((prefix) => key.startsWith(prefix));
  return {
    close: (record) =>
      writing !== undefined && isSecret(record.key) ? encrypt(record, writing) : record.bytes,
    open(record) {
      if (!isSealed(record.bytes)) return record.bytes;
      const id = keyIdIn(record.bytes);
      const key = keys.find((one) => one.id.equals(id));
      if (key === undefined) throw new SealError('unknown key');
      return decrypt(record, key);
    },
    isStale: ({ key, bytes }) =>
      writing !== undefined && isSecret(key) && !(isSealed(bytes) && writing.id.equals(keyIdIn(bytes))),
  };
};

const isSealed = (bytes: Uint8Array): boolean => MAGIC.equals(bytes.subarray(0, MAGIC.length));

const keyIdIn = (bytes: Uint8Array): Uint8Array => bytes.subarray(MAGIC.length, MAGIC.length + ID);

const idOf = (secret: Uint8Array): Buffer => createHash('sha256').update(secret).digest().subarray(0, ID);

/**
 * `magic | id of the key | salt | nonce | ciphertext | tag`. Each record has a key of its own, derived from the file's key
 * and the salt (HKDF, RFC 5869): so one key may write more records than AES-GCM with random nonces allows (2^32, NIST
 * SP 800-38D).
 */
const encrypt = (record: Sealable, { id, secret }: Key): Uint8Array => {
  // Not from the replayable source of randomness: nobody may guess it, not even a test.
  const random = webcrypto.getRandomValues(new Uint8Array(SALT + NONCE));
  const [salt, nonce] = [random.subarray(0, SALT), random.subarray(SALT)];
  const cipher = createCipheriv(CIPHER, recordKey(secret, salt), nonce).setAAD(placeOf(record));
  const sealed = Buffer.concat([
    MAGIC,
    id,
    random,
    cipher.update(record.bytes),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return new Uint8Array(sealed);
};

const decrypt = (record: Sealable, { secret }: Key): Uint8Array => {
  const { bytes } = record;
  const random = bytes.subarray(MAGIC.length + ID, HEADER);
  const [salt, nonce] = [random.subarray(0, SALT), random.subarray(SALT)];
  const end = bytes.byteLength - TAG;
  try {
    const cipher = createDecipheriv(CIPHER, recordKey(secret, salt), nonce)
      .setAAD(placeOf(record))
      .setAuthTag(bytes.subarray(end));
    return new Uint8Array(Buffer.concat([cipher.update(bytes.subarray(HEADER, end)), cipher.final()]));
  } catch {
    // OpenSSL tells no more than that it does not fit.
    throw new SealError('damaged');
  }
};

const recordKey = (secret: Uint8Array, salt: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, salt, 'record', secret.byteLength));

const placeOf = ({ key, revision }: Sealable): Uint8Array => Buffer.from(`${revision} ${key}`);
