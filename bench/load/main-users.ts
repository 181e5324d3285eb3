// A process in which several users ask as fast as they are answered, each over some connections, until their parent
// tells it to stop; it answers with how long each answer took.
import { openConnection, type Target } from './connection.ts';

/** What a process of users is told. */
export interface UsersPlan {
  readonly targets: readonly Target[];
  /** Of each user. */
  readonly connections: number;
}

const requestOf = ({ token }: Target): Buffer =>
  Buffer.from(
    `GET /api/v1/namespaces/default HTTP/1.1\r\nHost: load\r\nAuthorization: Bearer ${token}\r\nAccept: application/json\r\n\r\n`,
  );

const perform = async ({ targets, connections }: UsersPlan, signal: AbortSignal): Promise<number[]> => {
  const times: number[] = [];
  const client = async (target: Target): Promise<void> => {
    const connection = await openConnection(target);
    const request = requestOf(target);
    while (!signal.aborted) {
      const from = performance.now();
      const { status } = await connection.ask(request);
      // Who is told to come back later is not answered.
      if (status === 200) times.push(performance.now() - from);
    }
    connection.close();
  };
  await Promise.all(targets.flatMap((target) => Array.from({ length: connections }, () => client(target))));
  return times;
};

process.once('message', (plan: UsersPlan) => {
  const until = new AbortController();
  process.once('message', () => until.abort());
  void perform(plan, until.signal).then((times) =>
    process.send?.(times, undefined, undefined, () => process.exit(0)),
  );
});
