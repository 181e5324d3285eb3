import { setTimeout as rest } from 'node:timers/promises';
import { type Case, given, post, type Request } from './case.ts';
import type { Connection, Received, Sent } from './connection.ts';
import { includes, parseDocument } from './document.ts';
import { fillBody, fillText, type Known } from './fill.ts';
import type { Side } from './side.ts';

/** An answer as it came, with its document or its watch's frames read. */
export interface Answer extends Omit<Received, 'text' | 'ended'> {
  readonly body: Body;
}

export type Body =
  | { readonly document: unknown }
  | { readonly frames: readonly unknown[]; readonly ended: boolean }
  | { readonly text: string };

/** Everything of a case that was played: what is compared, and what was sent for it. */
export interface Played {
  readonly ns: string;
  readonly answers: readonly Answer[];
  /** All that was sent: what stands in it was chosen by the case and not by the server. */
  readonly sent: string;
}

/** Where a case is played. */
export interface Place {
  readonly side: Side;
  readonly connection: Connection;
  /** A name that no case has had on this side. */
  readonly ns: string;
  /** Milliseconds: how long what does not come is waited for. */
  readonly patience: number;
  /** Milliseconds between two steps. */
  readonly rest?: number;
}

/** Plays a case in its own namespace. Throws when its way to the situation fails. */
export const play = async (stage: Place, { steps }: Case): Promise<Played> => {
  const known = new Map<string, unknown>([['ns', stage.ns]]);
  const answers: Answer[] = [];
  const sent: string[] = [];
  for (const step of [...opening, ...steps]) {
    if ('compact' in step) {
      await stage.side.compact();
      continue;
    }
    if (stage.rest !== undefined) await rest(stage.rest);
    const filled = fillRequest(stage, step, known);
    const answer = await ask(stage, step, filled);
    if (step.setup) mustBeGood(step, answer);
    else {
      answers.push(answer);
      sent.push(`${filled.path} ${filled.body ?? ''}`);
    }
    if (step.name !== undefined && 'document' in answer.body) known.set(step.name, answer.body.document);
  }
  return { ns: stage.ns, answers, sent: sent.join('\n') };
};

/** What every namespace has a moment after it was made, whether a controller runs or not. */
const opening: readonly Request[] = [
  given(post('/api/v1/namespaces', { metadata: { name: '{{ns}}' } })),
  given(post('serviceaccounts', { metadata: { name: 'default' } })),
];

const fillRequest = ({ side }: Place, request: Request, known: Known): Sent => {
  const path = fillText(request.path, known);
  const body = fillBody(request.body, known);
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [
    name,
    fillText(value, known),
  ]);
  return {
    method: request.method,
    path: path.startsWith('/') ? path : `/api/v1/namespaces/${String(known.get('ns'))}/${path}`,
    headers: {
      'user-agent': 'oracle/1.0',
      accept: 'application/json',
      ...(text !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(text)),
      }),
      ...authorization(side, request, known),
      ...Object.fromEntries(headers),
    },
    ...(text !== undefined && { body: text }),
  };
};

const authorization = (side: Side, { user = 'admin', token }: Request, known: Known) => {
  if (token !== undefined) return { authorization: `Bearer ${fillText(token, known)}` };
  if (user === 'anonymous') return {};
  const its = side.tokens.get(user);
  if (its === undefined) throw new Error(`there is no user ${user}`);
  return { authorization: `Bearer ${its}` };
};

const ASK_AGAIN_MILLISECONDS = 25;

const ask = async ({ connection, patience }: Place, request: Request, sent: Sent): Promise<Answer> => {
  const deadline = performance.now() + patience;
  for (;;) {
    const answer = readAnswer(request, await connection.send(sent, { enough: enough(request), patience }));
    if (holds(request, answer) || performance.now() > deadline) return answer;
    await new Promise((next) => setTimeout(next, ASK_AGAIN_MILLISECONDS));
  }
};

const enough = ({ watch }: Request): ((text: string) => boolean) => {
  if (watch === undefined || !('events' in watch)) return () => false;
  return (text) => text.split('\n').length > watch.events;
};

const holds = ({ until = {} }: Request, { status, body }: Answer): boolean =>
  (until.status ?? status) === status &&
  (until.has === undefined || ('document' in body && includes(body.document, until.has)));

const readAnswer = ({ watch }: Request, { status, headers, text, ended }: Received): Answer => {
  const isJson = (headers['content-type'] ?? '').startsWith('application/json');
  if (watch !== undefined && status === 200 && isJson) {
    const lines = text.split('\n').filter((line) => line !== '');
    return { status, headers, body: { frames: lines.map(parseDocument), ended } };
  }
  return { status, headers, body: isJson && text !== '' ? { document: parseDocument(text) } : { text } };
};

const mustBeGood = ({ method, path, until }: Request, { status, body }: Answer): void => {
  // A 409: the controllers made it first.
  if (status < 400 || status === until?.status || (status === 409 && method === 'POST')) return;
  throw new Error(`the way to the situation fails: ${method} ${path}: ${status} ${JSON.stringify(body)}`);
};
