// tar-stream 3 has no types of its own; this is the part that is used here.
declare module 'tar-stream' {
  import type { Readable, Writable } from 'node:stream';

  export interface Headers {
    readonly name: string;
    readonly mode?: number;
    readonly uid?: number;
    readonly gid?: number;
    readonly size?: number;
    readonly mtime?: Date;
    readonly type?:
      | 'file'
      | 'link'
      | 'symlink'
      | 'character-device'
      | 'block-device'
      | 'directory'
      | 'fifo'
      | 'contiguous-file'
      | null;
    readonly linkname?: string | null;
    readonly pax?: Readonly<Record<string, string>> | null;
  }

  export type Entry = Readable & { readonly header: Headers };
  export type Extract = Writable & AsyncIterable<Entry>;
  export type Pack = Readable & {
    entry(headers: Headers, content?: string | Buffer, done?: (error?: Error | null) => void): Writable;
    finalize(): void;
  };

  export function extract(): Extract;
  export function pack(): Pack;
}
