import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type ContainerDriver, type RunningContainer, StartError, type StartOrder } from './contract.ts';
import { startElsewhere, untilChanged } from './elsewhere.fixture.ts';
import { type Exit, readIdentity } from './identity.ts';
import { markedFolder } from './marker.ts';
import { scanProcesses } from './table.ts';

/** A driver to be held to the law. Its containers have a `sh` with the usual programs in `/bin`. */
export interface Subject {
  readonly driver: ContainerDriver;
  /** Where a command runs that is started in the folder. */
  place(folder: string): Omit<StartOrder, 'folder' | 'command'>;
}

export interface DriverSuite {
  readonly name: string;
  /** Why it cannot be tried on this machine. */
  readonly skip?: string | undefined;
  /** Exports `openSubject(folder)`, for this process and for another. */
  readonly module: URL;
}

/** What every driver of containers keeps. */
export function describeDriver({ name, skip, module }: DriverSuite): void {
  describe(`${name}, as every driver,`, { skip }, () => {
    let base: string;
    let folder: string;
    let subject: Subject;
    let driver: ContainerDriver;
    beforeEach(async () => {
      base = await mkdtemp(join(tmpdir(), 'driver-'));
      folder = join(base, 'attempts', '1');
      await mkdir(folder, { recursive: true });
      ({ driver, subject } = await openHere(module, base));
    });
    afterEach(async () => {
      await driver.sweep(base, { below: true });
      await rm(base, { recursive: true });
    });

    const order = (...command: string[]) => ({ folder, ...subject.place(folder), command });
    const sh = (script: string, ...rest: string[]) => order('/bin/sh', '-c', script, ...rest);
    const output = () => readFile(join(folder, 'output'), 'utf8');
    const written = (text: string) =>
      untilChanged(folder, async () => (await output().catch(() => '')).includes(text));
    const adopted = async (): Promise<RunningContainer> => {
      const container = await driver.adopt(folder);
      assert.ok(container !== undefined);
      return container;
    };

    test('keeps output and exit code of a command', async () => {
      const container = await driver.start(sh('echo out; echo err >&2; echo $GREETING; exit 3'));
      assert.deepEqual(pick(await container.ended), { code: 3, witnessed: true });
      assert.equal(await output(), 'out\nerr\nhello\n');
    });

    test('passes arguments as they are and gives no shell to them', async () => {
      const hostile = ['$(touch owned)', '; touch owned', '`id`', "it's", '', '-n', '*'];
      const script = 'for one in "$@"; do printf "<%s>\\n" "$one"; done';
      await (await driver.start(sh(script, 'sh', ...hostile))).ended;
      assert.equal(await output(), hostile.map((one) => `<${one}>\n`).join(''));
    });

    test('looks up a command named like a built-in of the shell as a file', async () => {
      await assert.rejects(driver.start(order('eval', 'echo no')), (error: Error) => {
        assert.ok(error instanceof StartError);
        return error.message === 'exec: "eval": executable file not found in $PATH';
      });
    });

    test('lets a stop reach the command, whose own exit code counts', async () => {
      const container = await driver.start(sh('trap "exit 7" TERM; echo up; while :; do sleep 0.05; done'));
      await written('up');
      container.signal('SIGTERM');
      assert.equal((await container.ended).code, 7);
    });

    test('shows a kill as 137', async () => {
      const container = await driver.start(sh('echo up; exec sleep 1000'));
      await written('up');
      container.signal('SIGKILL');
      assert.equal((await container.ended).code, 137);
    });

    test('never runs a folder twice, whoever asks', async () => {
      const first = await driver.start(sh('echo once; exec sleep 1000'));
      await written('once');
      const second = await driver.start(sh('echo twice'));
      first.signal('SIGKILL');
      assert.equal((await second.ended).code, 137);
      assert.equal(await output(), 'once\n');
    });

    test('adopts what another node started, and sees its exit code', async () => {
      await startElsewhere(
        { module, base, folder },
        sh('trap "exit 9" TERM; echo up; while :; do sleep 0.05; done').command,
      );
      await written('up');
      const container = await adopted();
      assert.equal(container.exit, undefined);
      container.signal('SIGTERM');
      assert.deepEqual(pick(await container.ended), { code: 9, witnessed: true });
    });

    test('reads the exit code of what ended before it looked', async () => {
      await (await driver.start(sh('exit 4'))).ended;
      assert.deepEqual(pick((await adopted()).exit), { code: 4, witnessed: true });
    });

    test('adopts nothing where nothing was started', async () => {
      assert.equal(await driver.adopt(folder), undefined);
    });

    test('finds and ends what runs below a folder, also without its shim', async () => {
      const container = await driver.start(sh('(setsid sleep 1001 &); echo up; exec sleep 1002'));
      await written('up');
      assert.deepEqual(await driver.list(base), [folder]);
      const identity = await readIdentity(folder);
      assert.ok(typeof identity === 'object');
      process.kill(identity.pid, 'SIGKILL');
      assert.equal((await container.ended).witnessed, false);
      await driver.sweep(base, { below: true });
      assert.deepEqual(await driver.list(base), []);
      const left = (await scanProcesses()).filter(
        ({ environment }) => markedFolder(environment)?.startsWith(base) === true,
      );
      assert.deepEqual(left, []);
    });

    test('runs a command beside it for its code and output, and ends it in time', async () => {
      await driver.start(sh('echo up; exec sleep 1000'));
      await written('up');
      assert.deepEqual(await driver.exec({ ...sh('echo $GREETING; exit 2'), timeoutMs: 5000 }), {
        code: 2,
        output: 'hello\n',
      });
      const slow = await driver.exec({ ...sh('exec sleep 1003'), timeoutMs: 500 });
      assert.equal(slow.code, 'timeout');
      await assert.rejects(driver.exec({ ...order('nosuch'), timeoutMs: 5000 }), StartError);
    });

    test('lets somebody talk to a command beside it', async () => {
      await driver.start(sh('echo up; exec sleep 1000'));
      await written('up');
      const open = await driver.open({
        ...sh('read a; echo "got $a"; exit 5'),
        stdin: true,
        terminal: false,
      });
      open.stdin?.end('word\n');
      assert.equal((await open.stdout.toArray()).join(''), 'got word\n');
      assert.equal(await open.ended, 5);
    });

    test('gives a command beside it a terminal of a size', async () => {
      await driver.start(sh('echo up; exec sleep 1000'));
      await written('up');
      const script =
        'test -t 0 && test -t 1 && read a && until stty size 2>/dev/null | grep -q "[1-9]"; do sleep 0.05; done && stty size && exit 5';
      const open = await driver.open({ ...sh(script), stdin: true, terminal: true });
      open.resize({ columns: 91, rows: 17 });
      open.stdin?.write('word\n');
      assert.match((await open.stdout.toArray()).join(''), /17 91/);
      assert.equal(await open.ended, 5);
    });
  });
}

const pick = ({ code, witnessed }: Partial<Exit> = {}) => ({ code, witnessed });

interface SubjectModule {
  openSubject(base: string): Subject | Promise<Subject>;
}

async function openHere(module: URL, base: string) {
  const { openSubject } = (await import(module.href)) as SubjectModule;
  const subject = await openSubject(base);
  return { subject, driver: subject.driver };
}
