import { Refusal } from './refusal.ts';
import type { BlobStore, BlobWriter } from './storage.ts';

/** Milliseconds, so that tests can move it. */
export interface RegistryClock {
  now(): number;
}

/** A blob that is being sent in one or many requests. Belongs to one repository. */
export interface Upload {
  readonly id: string;
  readonly writer: BlobWriter;
}

export interface Uploads {
  begin(repository: string): Promise<Upload>;
  /** Lends the upload to one request at a time. */
  use<T>(repository: string, id: string, work: (upload: Upload) => Promise<T>): Promise<T>;
  forget(id: string): void;
  /** Drops every upload, as on a stop. */
  abortAll(): Promise<void>;
}

interface Session extends Upload {
  readonly repository: string;
  touched: number;
  busy: boolean;
}

/** An upload that nobody touched for so long is dropped. */
const idleLimit = 60 * 60 * 1000;
const mostSessions = 1000;

/** Uploads live in memory: after a restart their senders are told that they are unknown and begin anew. */
export const createUploads = (blobs: BlobStore, clock: RegistryClock): Uploads => {
  const sessions = new Map<string, Session>();
  // The start time keeps an id of an earlier process from meaning an upload of this one.
  const prefix = clock.now().toString(36);
  let count = 0;
  return {
    async begin(repository) {
      await drop(sessions, idleSince(sessions, clock.now() - idleLimit));
      if (sessions.size >= mostSessions) throw new Refusal('TOOMANYREQUESTS', 'too many uploads are open');
      const writer = await blobs.begin();
      const id = `${prefix}-${(count += 1)}`;
      const session = { id, repository, writer, touched: clock.now(), busy: false };
      sessions.set(id, session);
      return session;
    },
    async use(repository, id, work) {
      const session = find(sessions, repository, id);
      session.busy = true;
      try {
        return await work(session);
      } finally {
        session.busy = false;
        session.touched = clock.now();
      }
    },
    forget: (id) => void sessions.delete(id),
    abortAll: () => drop(sessions, [...sessions.values()]),
  };
};

type Sessions = Map<string, Session>;

const find = (sessions: Sessions, repository: string, id: string): Session => {
  const session = sessions.get(id);
  if (session?.repository !== repository) {
    throw new Refusal('BLOB_UPLOAD_UNKNOWN', 'there is no such upload; begin a new one');
  }
  if (session.busy) {
    throw new Refusal('BLOB_UPLOAD_INVALID', 'another request is sending to this upload', { status: 409 });
  }
  return session;
};

const idleSince = (sessions: Sessions, time: number): Session[] =>
  [...sessions.values()].filter(({ busy, touched }) => !busy && touched < time);

const drop = async (sessions: Sessions, dropped: readonly Session[]): Promise<void> => {
  for (const { id } of dropped) sessions.delete(id);
  await Promise.all(dropped.map(({ writer }) => writer.abort()));
};
