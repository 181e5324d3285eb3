// Stores a blob and a record in the folder that is named, and says so; run under strace by durable.test.ts.
import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import { openDiskStorage } from './storage.ts';

const { blobs, records } = await openDiskStorage(process.argv[2] ?? '');
const content = Buffer.from('a layer');
const writer = await blobs.begin();
await writer.append(ReadableStream.from([content]));
await writer.commit(`sha256:${createHash('sha256').update(content).digest('hex')}`);
writeSync(1, 'stored the blob\n');
await records.write('repositories/shop/_tags/v1', Buffer.from('x'));
writeSync(1, 'stored the record\n');
