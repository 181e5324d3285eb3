// pkt-line (git, gitprotocol-common): four hexadecimal digits of length, then the bytes.

/** One pkt-line; its length counts the four digits. */
export const packet = (text: string): Buffer =>
  Buffer.from(`${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`);

/** Ends a section. */
export const flushPacket: Buffer = Buffer.from('0000');
