import { type Answer, codes, type Question, type RecordData, types } from './message.ts';
import { authority, type Records, zone } from './records.ts';

const nothing = { authoritative: true, answers: [], authority: [authority] } as const;

/** What the cluster itself says; `undefined`: others know more of that name. */
export function decideAnswer(records: Records, question: Question): Answer | undefined {
  const name = question.name.toLowerCase();
  const isOurs = name === zone || name.endsWith(`.${zone}`);
  const found = records.find(name);
  if (!isOurs && (found === undefined || !found.some(({ type }) => type === types.PTR))) return undefined;
  if (question.class !== 1) return { code: codes.refused, authoritative: true, answers: [] };
  if (name === zone && question.type === types.SOA)
    return { code: codes.ok, authoritative: true, answers: [authority] };
  if (found === undefined) return { code: codes.noName, ...nothing };
  const answers = found
    .filter(({ type }) => type === question.type || type === types.CNAME || question.type === types.ANY)
    // As it was asked: some compare letter by letter.
    .map((record): RecordData => ({ ...record, name: question.name }));
  return answers.length === 0
    ? { code: codes.ok, ...nothing }
    : { code: codes.ok, authoritative: true, answers };
}
