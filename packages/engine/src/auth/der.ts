/**
 * The few forms of DER (ITU-T X.690) that a certificate is made of. Writing only: reading is Node's
 * `X509Certificate`.
 */
export const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, Buffer.concat(parts));

export const set = (...parts: readonly Uint8Array[]): Buffer => tagged(0x31, Buffer.concat(parts));

/** `[n]`, explicit. */
export const context = (n: number, content: Uint8Array): Buffer => tagged(0xa0 | n, content);

/** `[n]`, implicit, of a primitive form. */
export const implicit = (n: number, content: Uint8Array): Buffer => tagged(0x80 | n, content);

/** A positive number given by its bytes, most significant first. */
export const integer = (bytes: Uint8Array): Buffer => {
  const negative = ((bytes[0] ?? 0) & 0x80) !== 0;
  return tagged(0x02, negative ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};

export const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));

export const octets = (content: Uint8Array): Buffer => tagged(0x04, content);

/** `unused` bits at the end do not count. */
export const bits = (content: Uint8Array, unused = 0): Buffer =>
  tagged(0x03, Buffer.concat([Buffer.from([unused]), content]));

export const text = (value: string): Buffer => tagged(0x0c, Buffer.from(value));

/** `2.5.29.19`. */
export const oid = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
};

const base128 = (value: number): number[] => {
  const digits = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
};

/** Two-digit years until 2049, four digits from then on (RFC 5280, 4.1.2.5). */
export const time = (milliseconds: number): Buffer => {
  const digits = new Date(milliseconds).toISOString().replace(/[-:T]|\.\d+/g, '');
  return Number(digits.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
};

const tagged = (tag: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([tag, ...length(content.length)]), content]);

const length = (size: number): number[] => {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
};
