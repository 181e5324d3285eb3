import { FairleadError } from '@fairlead/api';

/** What a push asks of one ref. Ids are hexadecimal; zeros stand for no object. */
export interface RefUpdate {
  readonly before: string;
  readonly after: string;
  readonly ref: string;
}

export interface PushRequest {
  readonly updates: readonly RefUpdate[];
  /** What was read to know that; git is to have it first. */
  readonly head: Uint8Array;
}

const mostUpdates = 2000;
const mostBytes = 1024 * 1024;

/**
 * Reads what a push asks, up to its pack (gitprotocol-pack, "Reference Update Request and Packfile Transfer"). Git itself
 * looks at the names only when its hook has run, and tells the hook in lines: a name with a line feed is a line of its
 * own there, with an id that nobody checked. Throws E_PUSH_REFS. A body that ends too early is left to git.
 */
export const readPushRequest = async (chunks: AsyncIterator<Uint8Array>): Promise<PushRequest> => {
  const updates: RefUpdate[] = [];
  let head = Buffer.alloc(0);
  let at = 0;
  for (;;) {
    const next = nextPacket(head, at);
    if (next === 'end') return { updates: checked(updates), head };
    if (next === undefined) {
      if (head.length > mostBytes) throw refused('its list of refs is too long');
      const { value, done } = await chunks.next();
      if (done === true) return { updates: checked(updates), head };
      head = Buffer.concat([head, value]);
      continue;
    }
    at = next.end;
    const update = parseLine(next.line);
    if (update !== undefined) updates.push(update);
    if (updates.length > mostUpdates) throw refused(`it names more than ${mostUpdates} refs`);
  }
};

/** pkt-line (gitprotocol-common): `undefined` while it is not there as a whole. */
const nextPacket = (bytes: Buffer, at: number): { line: string; end: number } | 'end' | undefined => {
  if (bytes.length < at + 4) return undefined;
  const digits = bytes.toString('latin1', at, at + 4);
  if (digits === '0000') return 'end';
  const size = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0;
  if (size < 5) throw refused('it does not speak the protocol of git');
  if (bytes.length < at + size) return undefined;
  return { line: bytes.toString('utf8', at + 4, at + size), end: at + size };
};

const command = /^([0-9a-f]{40}|[0-9a-f]{64}) ([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/s;

/** Capabilities follow the first line after a zero byte. The boundary of a shallow clone is no update. */
const parseLine = (line: string): RefUpdate | undefined => {
  const text = (line.split('\0', 1)[0] ?? '').replace(/\n$/, '');
  if (/^shallow [0-9a-f]+$/.test(text)) return undefined;
  const [, before = '', after = '', ref = ''] = command.exec(text) ?? [];
  if (!isRefName(ref)) throw refused(`${JSON.stringify(text.slice(0, 200))} is no update of a ref`);
  return { before, after, ref };
};

/** git-check-ref-format. */
const isRefName = (ref: string): boolean =>
  // oxlint-disable-next-line no-control-regex -- git forbids them in names, so they are named here.
  !/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/$|\.$/.test(ref) &&
  ref.split('/').length > 1 &&
  ref.startsWith('refs/') &&
  ref.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'));

const checked = (updates: readonly RefUpdate[]): readonly RefUpdate[] => {
  const names = new Set<string>();
  for (const { ref } of updates) {
    if (names.has(ref)) throw refused(`it names ${ref} twice`);
    names.add(ref);
  }
  return updates;
};

const refused = (reason: string): FairleadError => new FairleadError('E_PUSH_REFS', { reason });
