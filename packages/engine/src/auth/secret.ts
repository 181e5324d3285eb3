import { webcrypto } from 'node:crypto';

/** A fresh secret of 256 bits. Not from the replayable source of randomness: nobody may guess it, not even a test. */
export const newSecret = (): string =>
  Buffer.from(webcrypto.getRandomValues(new Uint8Array(32))).toString('base64url');
