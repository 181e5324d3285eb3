import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { flushPacket, packet } from './packet.ts';

// What a client may send that is not git: objects, packs and pushes made by hand.

export interface GitObject {
  readonly id: string;
  readonly bytes: Uint8Array;
}

const types = { commit: 1, tree: 2, blob: 3 } as const;

const objectOf = (type: keyof typeof types, content: Uint8Array): GitObject => ({
  id: createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex'),
  bytes: Buffer.concat([entryHead(types[type], content.length), deflateSync(content)]),
});

/** gitformat-pack: three bits of type, four of the size, then seven at a time. */
const entryHead = (type: number, size: number): Buffer => {
  const bytes = [(type << 4) | (size & 15)];
  for (let rest = size >>> 4; rest > 0; rest >>>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
};

export const blob = (content: Uint8Array | string): GitObject => objectOf('blob', Buffer.from(content));

export const tree = (entries: readonly (readonly [mode: string, name: string, id: string])[]): GitObject =>
  objectOf(
    'tree',
    Buffer.concat(
      entries.flatMap(([mode, name, id]) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    ),
  );

export const commit = ({ id }: GitObject): GitObject =>
  objectOf('commit', Buffer.from(`tree ${id}\nauthor a <a@b> 1 +0000\ncommitter a <a@b> 1 +0000\n\nx\n`));

const numberOf = (value: number): Buffer => {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
};

/** A delta of a few bytes that copies its base so many times. */
export const repeat = (base: GitObject, size: number, times: number): GitObject => {
  const copy = Buffer.from([0xf0, size & 0xff, (size >> 8) & 0xff, size >> 16]);
  const delta = Buffer.concat([numberOf(size), numberOf(size * times), ...Array<Buffer>(times).fill(copy)]);
  const head = entryHead(7, delta.length);
  return { id: base.id, bytes: Buffer.concat([head, Buffer.from(base.id, 'hex'), deflateSync(delta)]) };
};

export const packOf = (...objects: readonly GitObject[]): Buffer => {
  const head = Buffer.from('PACK\0\0\0\x02\0\0\0\0');
  head.writeUInt32BE(objects.length, 8);
  const body = Buffer.concat([head, ...objects.map(({ bytes }) => bytes)]);
  return Buffer.concat([body, createHash('sha1').update(body).digest()]);
};

export const nothing = '0'.repeat(40);

export const pushOf = (updates: readonly string[], pack: Uint8Array = packOf()): Buffer =>
  Buffer.concat([
    ...updates.map((line, index) => packet(index === 0 ? `${line}\0report-status side-band-64k` : line)),
    flushPacket,
    pack,
  ]);
