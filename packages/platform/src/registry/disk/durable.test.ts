import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const calls = 'trace=write,pwrite64,fsync,fdatasync,rename,renameat,renameat2';
const hasStrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;

/** What the kernel was asked for, in order, as `synced PATH`, `moved FROM TO` and `said TEXT`. */
const parseTrace = (text: string): string[] =>
  text.split('\n').flatMap((line) => {
    const [, path] = /f(?:data)?sync\(\d+<(.+?)>/.exec(line) ?? [];
    if (path !== undefined) return `synced ${path}`;
    const [, from, to] = /rename\w*\(.*?"(.+?)".*?"(.+?)"/.exec(line) ?? [];
    if (from !== undefined) return `moved ${from} ${to}`;
    const [, said] = /write\(1<.*?>, "(stored .+?)\\n"/.exec(line) ?? [];
    return said === undefined ? [] : `said ${said}`;
  });

test('content and its name are synced before anybody is told that it is stored', {
  skip: hasStrace ? false : 'needs strace',
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-durable-'));
  try {
    const trace = join(folder, 'trace');
    const script = join(import.meta.dirname, 'stored.fixture.ts');
    const args = ['-f', '-y', '-e', calls, '-o', trace, process.execPath, script, join(folder, 'data')];
    const { status, stderr } = spawnSync('strace', args, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    const seen = parseTrace(await readFile(trace, 'utf8'));
    for (const what of ['blob', 'record']) {
      const told = seen.indexOf(`said stored the ${what}`);
      const moved = seen.findLastIndex((call, at) => at < told && call.startsWith('moved '));
      const [, from = '', to = ''] = seen[moved]?.split(' ') ?? [];
      const before = seen.indexOf(`synced ${from}`);
      const after = seen.findIndex((call, at) => at > moved && call === `synced ${join(to, '..')}`);
      assert.ok(before >= 0 && before < moved, `${what}: its content first\n${seen.join('\n')}`);
      assert.ok(after > moved && after < told, `${what}: its name before the answer\n${seen.join('\n')}`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
