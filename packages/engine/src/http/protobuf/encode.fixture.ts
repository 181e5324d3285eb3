/** A field with a length: tag, length, content. */
export const field = (number: number, content: Uint8Array | string): Buffer => {
  const bytes = Buffer.from(content);
  return Buffer.concat([tag(number, 2), varintBytes(bytes.length), bytes]);
};

/** A number up to 2^53. */
export const varint = (number: number, value: number): Buffer =>
  Buffer.concat([tag(number, 0), varintBytes(value)]);

/** Anything after its tag. */
export const wire = (number: number, type: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([tag(number, type), bytes]);

export const message = (...fields: readonly Uint8Array[]): Buffer => Buffer.concat(fields);

/** A whole body. */
export const envelope = (apiVersion: string, kind: string, raw: Uint8Array): Buffer =>
  message(
    Buffer.from('k8s\0'),
    field(1, message(field(1, apiVersion), field(2, kind))),
    field(2, raw),
    field(3, ''),
    field(4, ''),
  );

export const varintBytes = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
};

const tag = (number: number, type: number): Buffer => varintBytes(number * 8 + type);
