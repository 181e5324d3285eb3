// Writes and compacts as fast as it can until it is killed, and says of each write when it is acknowledged:
// node kill.fixture.ts PATH
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { systemClock } from '@fairlead/kube';
import { holding } from './observe.conformance.ts';
import { openSqliteStore } from './sqlite.ts';

const store = await openSqliteStore({ path: argv[2] ?? '', clock: systemClock });
const report = (line: string): void => void writeSync(1, `${line}\n`);

async function writer(name: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const key = `/${name}/${count % 5}`;
    const gone = count % 3 === 2 && store.pending(key) !== undefined;
    const text = `${name} ${count} ${'x'.repeat(1500)}`;
    const { revision } = await (gone ? store.delete(key, holding(text)) : store.put(key, holding(text)));
    report(`${revision} ${gone ? 'DELETED' : 'WRITTEN'} ${key}`);
    if (revision % 300 === 0) await store.compact(revision - 100);
  }
}

report(`opened ${store.revision}`);
await Promise.all(Array.from({ length: 16 }, (_, name) => writer(name)));
