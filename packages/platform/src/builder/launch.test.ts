import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { RuntimeSpec } from '@fairlead/api';
import { entrypoint, fixedVariables, launchScript } from './launch.ts';

const spec: RuntimeSpec = {
  detect: { files: [] },
  env: [
    { name: 'PATH', value: '$(APP)/.fairlead/deps/bin:$(PATH)' },
    { name: 'LIBRARY', value: '$(APP)/.fairlead/deps:$(LIBRARY)' },
    { name: 'ODD', value: '"`$x`" \\ $(APP) $(EMPTY)!' },
    { name: 'FIXED', value: '1' },
  ],
};

describe('the launch script', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "fairlead launch's-"));
    mkdirSync(join(root, 'app/.fairlead'), { recursive: true });
    writeFileSync(join(root, 'app/.fairlead/launch'), launchScript(spec));
    chmodSync(join(root, 'app/.fairlead/launch'), 0o755);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const run = (command: readonly string[], env: Record<string, string> = {}): string =>
    execFileSync(entrypoint, command, {
      cwd: join(root, 'app'),
      env: { PATH: '/usr/bin:/bin', ...env },
      encoding: 'utf8',
    });

  it('sets what depends on the place, and only that', () => {
    const print = ['/bin/sh', '-c', 'echo "$PATH|$LIBRARY|$ODD|$FIXED|$fairlead_app"'];
    const app = `${root}/app`;
    assert.equal(
      run(print),
      `${app}/.fairlead/deps/bin:/usr/bin:/bin|${app}/.fairlead/deps|"\`$x\`" \\ ${app} !||\n`,
    );
    assert.match(run(print, { LIBRARY: '/more' }), /\.fairlead\/deps:\/more\|/);
    assert.deepEqual(fixedVariables(spec), [{ name: 'FIXED', value: '1' }]);
  });

  it('becomes the process, with its arguments as they are', () => {
    const words = ['a b', '', "it's", '$HOME', '*'];
    assert.equal(run(['printf', '<%s>', ...words]), words.map((word) => `<${word}>`).join(''));
    const ended = spawnSync(entrypoint, ['/bin/sh', '-c', 'kill -TERM $$'], { cwd: join(root, 'app') });
    assert.equal(ended.signal, 'SIGTERM');
  });

  it('finds commands among the dependencies, and says when there is none', () => {
    mkdirSync(join(root, 'app/.fairlead/deps/bin'), { recursive: true });
    writeFileSync(join(root, 'app/.fairlead/deps/bin/hello'), '#!/bin/sh\necho hello\n', { mode: 0o755 });
    assert.equal(run(['hello']), 'hello\n');
    const missing = spawnSync(entrypoint, ['nothing-of-the-kind'], {
      cwd: join(root, 'app'),
      encoding: 'utf8',
    });
    assert.equal(missing.status, 127);
    assert.match(missing.stderr, /nothing-of-the-kind: not found/);
  });

  it('finds the app also where it is a link into a layer that is shared', () => {
    const shared = join(root, 'layers/1/app/.fairlead');
    mkdirSync(shared, { recursive: true });
    writeFileSync(join(shared, 'launch'), launchScript(spec), { mode: 0o755 });
    const print = ['/bin/sh', '-c', 'echo "$LIBRARY"'];
    // The file alone is a link, or the folder is.
    rmSync(join(root, 'app/.fairlead/launch'));
    symlinkSync(join(shared, 'launch'), join(root, 'app/.fairlead/launch'));
    assert.equal(run(print), `${root}/app/.fairlead/deps\n`);
    rmSync(join(root, 'app/.fairlead'), { recursive: true });
    symlinkSync(shared, join(root, 'app/.fairlead'));
    assert.equal(run(print), `${root}/app/.fairlead/deps\n`);
  });
});
