import type { Encode, StoredObject, StoreEvent } from '../../packages/engine/src/store/index.ts';

/** One write as the store committed it: revision, whether it deleted, key. */
export type Act = readonly [revision: number, deleted: boolean, key: string];

export const actsOf = (events: readonly StoreEvent[]): Act[] =>
  events.map(({ revision, type, object }) => [revision, type === 'DELETED', object.key]);

/** What the writer says on its standard output, a line each. */
export type Report =
  /** The store is open. */
  | { readonly say: 'opened'; readonly revision: number; readonly compacted: number }
  /** A watch was told this, in one piece: it is what one commit held. */
  | { readonly say: 'committed'; readonly acts: readonly Act[] }
  /** The disk failed under it, and nobody knows yet whether it is there. */
  | { readonly say: 'lost'; readonly act: Act }
  /** History up to there is about to be given up. */
  | { readonly say: 'compacting'; readonly upTo: number }
  /** The disk failed: all watches were ended. */
  | { readonly say: 'ended' }
  /** The store was closed in order. */
  | { readonly say: 'closed' };

export const renderReport = (report: Report): string => `${JSON.stringify(report)}\n`;

export const parseReport = (line: string): Report => JSON.parse(line) as Report;

const encoder = new TextEncoder();

/** What is written under a key at a revision: nothing else may ever be read there. Some need pages of their own. */
export const textAt = (key: string, revision: number): string =>
  `${key}@${revision} ${'x'.repeat(revision % 50 === 0 ? 20_000 : 50 + ((revision * 37) % 1900))}`;

/** Writes that; `onRevision` hears at once which revision the write got. */
export const encodeAt = (key: string, onRevision: (revision: number) => void = () => {}): Encode => {
  return (revision) => {
    onRevision(revision);
    return { bytes: encoder.encode(JSON.stringify({ text: textAt(key, revision) })) };
  };
};

const expected = new Map<string, Uint8Array>();

/** Whether an object holds, byte by byte, what was written at its revision. */
export function isWhole({ key, revision, bytes }: StoredObject): boolean {
  const name = `${key}@${revision}`;
  const written = expected.get(name) ?? encodeAt(key)(revision).bytes;
  // Histories overlap from one look to the next; what is older is not asked for again.
  if (expected.size > 5000) expected.clear();
  expected.set(name, written);
  return Buffer.compare(written, bytes) === 0;
}
