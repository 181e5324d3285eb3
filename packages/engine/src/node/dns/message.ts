// Messages of the domain name system (RFC 1035, section 4; RFC 6891 for EDNS). Questions come from strangers.

export const types = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  OPT: 41,
  ANY: 255,
} as const;

export const codes = {
  ok: 0,
  formatError: 1,
  serverFailure: 2,
  noName: 3,
  notImplemented: 4,
  refused: 5,
} as const;

export interface Question {
  readonly id: number;
  /** As it was asked, without the last dot; it is repeated in the answer letter by letter. */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly recursion: boolean;
  /** Whether the one who asks knows EDNS, and how many bytes it takes by UDP. */
  readonly extended: boolean;
  readonly room: number;
}

export interface RecordData {
  readonly name: string;
  readonly type: number;
  readonly data: Buffer;
}

export interface Answer {
  readonly code: number;
  readonly authoritative: boolean;
  readonly answers: readonly RecordData[];
  readonly authority?: readonly RecordData[];
}

const headerSize = 12;
/** Seconds that answers may be kept: pods come and go. */
const timeToLive = 5;
const smallest = 512;
/** What fits one packet nearly everywhere (DNS flag day 2020). */
const largest = 1232;

/** `undefined` for what is no question: it is not answered. */
export function parseQuestion(message: Buffer): Question | undefined {
  if (message.length < headerSize) return undefined;
  const flags = message.readUInt16BE(2);
  const isQuery = (flags & 0xf800) === 0; // A request, of the standard kind.
  if (!isQuery || message.readUInt16BE(4) !== 1) return undefined;
  const parsed = parseName(message, headerSize);
  if (parsed === undefined || parsed.end + 4 > message.length) return undefined;
  const room = parseRoom(message, parsed.end + 4);
  return {
    id: message.readUInt16BE(0),
    name: parsed.name,
    type: message.readUInt16BE(parsed.end),
    class: message.readUInt16BE(parsed.end + 2),
    recursion: (flags & 0x0100) !== 0,
    extended: room !== undefined,
    room: Math.min(largest, Math.max(smallest, room ?? smallest)),
  };
}

function parseName(
  message: Buffer,
  start: number,
): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let at = start;
  for (;;) {
    const length = message[at];
    // In a question there is nothing before it that a pointer could mean.
    if (length === undefined || length > 63 || at - start > 255) return undefined;
    at += 1;
    if (length === 0) return { name: labels.join('.'), end: at };
    if (at + length > message.length) return undefined;
    const label = message.toString('latin1', at, at + length);
    // No name of ours has one, and it would be two labels when it is written again.
    if (label.includes('.')) return undefined;
    labels.push(label);
    at += length;
  }
}

/** The first record after the question, when it is the one of EDNS: it has the root as its name. */
function parseRoom(message: Buffer, at: number): number | undefined {
  const plain =
    message.readUInt16BE(6) === 0 && message.readUInt16BE(8) === 0 && message.readUInt16BE(10) > 0;
  if (!plain || at + 11 > message.length || message[at] !== 0) return undefined;
  return message.readUInt16BE(at + 1) === types.OPT ? message.readUInt16BE(at + 3) : undefined;
}

/** The message; cut, and marked so, when it is larger than the room (RFC 2181, section 9). */
export function renderAnswer(question: Question, answer: Answer, room: number): Buffer {
  const { answers, authority = [] } = answer;
  const whole = render(question, answer, [answers, authority]);
  if (whole.length <= room) return whole;
  const cut = render(question, answer, [[], []]);
  cut.writeUInt16BE(cut.readUInt16BE(2) | 0x0200, 2);
  return cut;
}

function render(
  question: Question,
  { code, authoritative }: Answer,
  [answers, authority]: readonly [readonly RecordData[], readonly RecordData[]],
): Buffer {
  const header = Buffer.alloc(headerSize);
  header.writeUInt16BE(question.id, 0);
  // An answer; we ask others for whoever wants it.
  header.writeUInt16BE(0x8080 | (authoritative ? 0x0400 : 0) | (question.recursion ? 0x0100 : 0) | code, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(answers.length, 6);
  header.writeUInt16BE(authority.length, 8);
  header.writeUInt16BE(question.extended ? 1 : 0, 10);
  const asked = Buffer.alloc(4);
  asked.writeUInt16BE(question.type, 0);
  asked.writeUInt16BE(question.class, 2);
  return Buffer.concat([
    header,
    renderName(question.name),
    asked,
    ...[...answers, ...authority].map(renderRecord),
    ...(question.extended ? [renderExtension()] : []),
  ]);
}

function renderRecord({ name, type, data }: RecordData): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE(timeToLive, 4);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([renderName(name), fixed, data]);
}

function renderExtension(): Buffer {
  const record = Buffer.alloc(11);
  record.writeUInt16BE(types.OPT, 1);
  record.writeUInt16BE(largest, 3);
  return record;
}

/** A name as labels. Throws at one that has none. */
export function renderName(name: string): Buffer {
  const labels = name === '' ? [] : name.split('.');
  const parts = labels.map((label) => {
    const bytes = Buffer.from(label, 'latin1');
    if (bytes.length === 0 || bytes.length > 63) throw new RangeError(`${JSON.stringify(name)} is no name`);
    return Buffer.concat([Buffer.of(bytes.length), bytes]);
  });
  return Buffer.concat([...parts, Buffer.of(0)]);
}

export const addressData = (address: string): Buffer => Buffer.from(address.split('.').map(Number));

export function serviceData(port: number, target: string): Buffer {
  const numbers = Buffer.alloc(6);
  numbers.writeUInt16BE(0, 0); // Priority.
  numbers.writeUInt16BE(100, 2); // Weight.
  numbers.writeUInt16BE(port, 4);
  return Buffer.concat([numbers, renderName(target)]);
}

export const textData = (text: string): Buffer =>
  Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)]);

/** Who is responsible, for those who may remember that there is nothing (RFC 2308). */
export function authorityData(zone: string): Buffer {
  const numbers = Buffer.alloc(20);
  [1, 7200, 1800, 86_400, timeToLive].forEach((value, at) => numbers.writeUInt32BE(value, 4 * at));
  return Buffer.concat([renderName(`ns.dns.${zone}`), renderName(`hostmaster.${zone}`), numbers]);
}
