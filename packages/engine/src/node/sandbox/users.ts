import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, replaceFile } from '../file.ts';

/** The users of the machine as whom pods run: one for each namespace, and it keeps it. */
export interface Users {
  /** Both the user's number and its group's. */
  ofNamespace(namespace: string): Promise<number>;
}

/** Beyond the ranges that systems give to people, services and containers (systemd, "Users, Groups, UIDs and GIDs"). */
const first = 1_900_000_000;
const last = 2_147_000_000;
/** Each platform of a machine has numbers of its own, as far as a hash goes. */
const each = 10_000;

export function openUsers(dataFolder: string): Users {
  const file = join(dataFolder, 'users.json');
  const start = startOf(dataFolder);
  let known: Promise<Map<string, number>> | undefined;
  let writing: Promise<void> = Promise.resolve();
  const read = async () => new Map(Object.entries(parse(await readIfThere(file))));
  return {
    async ofNamespace(namespace) {
      known ??= read();
      const users = await known;
      const kept = users.get(namespace);
      if (kept !== undefined) return kept;
      const uid = Math.max(start - 1, ...users.values()) + 1;
      users.set(namespace, uid);
      // Before anything of it runs: after a crash nobody else must get the number.
      writing = writing.then(() => replaceFile(file, JSON.stringify(Object.fromEntries(users))));
      await writing;
      return uid;
    },
  };
}

/** Whether a number may be some namespace's: no pod may ask for it. */
export const isReserved = (id: number): boolean => id >= first && id <= last;

function startOf(dataFolder: string): number {
  const slots = Math.floor((last - first) / each);
  const hash = createHash('sha256').update(dataFolder).digest().readUInt32BE(0);
  return first + (hash % slots) * each;
}

function parse(text: string | undefined): Record<string, number> {
  return text === undefined ? {} : (JSON.parse(text) as Record<string, number>);
}
