import { type ChildProcess, spawn } from 'node:child_process';
import { type FSWatcher, watch } from 'node:fs';
import { readIdentity } from './identity.ts';

/** Starts a container from a process that is then killed: its shim has no parent that waits for it. */
export async function startElsewhere(
  { module, base, folder }: { readonly module: URL; readonly base: string; readonly folder: string },
  command: readonly string[],
): Promise<void> {
  const script = `
    import { openSubject } from ${JSON.stringify(module.href)};
    const [base, folder, ...command] = process.argv.slice(1);
    const { driver, place } = await openSubject(base);
    await driver.start({ folder, ...place(folder), command });
    process.send('started');
    setInterval(() => {}, 1000);
  `;
  const args = ['--input-type=module', '-e', script, '--', base, folder, ...command];
  const child: ChildProcess = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await new Promise((done) => child.once('message', done));
  await untilChanged(folder, async () => (await readIdentity(folder)) !== undefined);
  child.kill('SIGKILL');
  await new Promise((done) => child.once('exit', done));
}

/** Waits for the file system's word, not for time to pass. */
export async function untilChanged(folder: string, holds: () => Promise<boolean>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const look = () => void holds().then((yes) => (yes ? resolve() : undefined), reject);
  const watcher: FSWatcher = watch(folder, look);
  const timer = setTimeout(() => reject(new Error('it did not come')), 5000);
  look();
  await promise.finally(() => {
    watcher.close();
    clearTimeout(timer);
  });
}
