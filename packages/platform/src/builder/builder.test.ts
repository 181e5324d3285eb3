import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { FairleadError } from '@fairlead/api/errors';
import type { BuildRequest } from './builder.ts';
import { openWorld, repository, runStep, runSteps, store, unpack, type World } from './builder.fixture.ts';

const pip = spawnSync('python3', ['-m', 'pip', '--version']);
const skip = pip.status === 0 ? false : 'pip for Python 3 is not there';

/** Made once: an archive knows when it was made. */
const greetWheel = (): Buffer => {
  const script = `
import io, sys, zipfile, base64
out = io.BytesIO()
info = 'greet-1.0.dist-info'
with zipfile.ZipFile(out, 'w') as z:
    z.writestr('greet.py', 'def hello(): print("hello from greet")\\n')
    z.writestr(info + '/METADATA', 'Metadata-Version: 2.1\\nName: greet\\nVersion: 1.0\\n')
    z.writestr(info + '/WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr(info + '/entry_points.txt', '[console_scripts]\\ngreet = greet:hello\\n')
    z.writestr(info + '/RECORD', '')
sys.stdout.buffer.write(out.getvalue())`;
  return spawnSync('python3', ['-c', script]).stdout;
};

const vendored = skip === false ? greetWheel() : Buffer.alloc(0);

describe('an app without dependencies', () => {
  it('is composed at once, and found again', async () => {
    await using world = await openWorld({ askTool: () => assert.fail('no tool is needed') });
    const request = await store(world, { 'app.py': 'print("hi")' });
    const plan = await world.builder.plan(request);
    assert.equal(plan.runtime, 'python');
    assert.equal(plan.why, 'the source has app.py');
    assert.equal(await world.builder.find(repository, plan.key), undefined);
    const built = (await world.builder.compose(request, plan.key)) ?? assert.fail();
    assert.equal(built.reference, `registry.fairlead.internal/${repository}@${built.digest}`);
    assert.deepEqual(built.processes, { web: { command: ['python3', 'app.py'] } });
    assert.deepEqual(await world.builder.find(repository, plan.key), built);
  });

  it('has the same image in another registry, on another day', async () => {
    const build = async (): Promise<string | undefined> => {
      await using world = await openWorld();
      const request = await store(world, { 'app.py': 'print("hi")', 'a/b': 'c' });
      return (await world.builder.compose(request, (await world.builder.plan(request)).key))?.digest;
    };
    assert.equal(await build(), await build());
  });

  it('runs by its launch script from wherever it lies', { skip }, async () => {
    await using world = await openWorld();
    const request = await store(world, { 'app.py': 'import os; print("port", os.environ["PORT"])' });
    const built =
      (await world.builder.compose(request, (await world.builder.plan(request)).key)) ?? assert.fail();
    const root = await unpack(world, built.digest);
    assert.equal(statSync(join(root, 'app/.fairlead/launch')).mode & 0o777, 0o755);
    const config = await readConfig(world, built.digest);
    assert.deepEqual(config, {
      Env: ['PYTHONUNBUFFERED=1'],
      Entrypoint: ['./.fairlead/launch'],
      Cmd: ['python3', 'app.py'],
      WorkingDir: '/app',
      Labels: { 'engine.fairlead.dev/base': 'machine' },
    });
    const { PATH = '' } = process.env;
    const ran = spawnSync(config.Entrypoint[0] ?? '', config.Cmd, {
      cwd: join(root, config.WorkingDir),
      env: { PATH, PORT: '8123' },
      encoding: 'utf8',
    });
    assert.equal(ran.stdout, 'port 8123\n', ran.stderr);
  });
});

interface Started {
  readonly Entrypoint: string[];
  readonly Cmd: string[];
  readonly WorkingDir: string;
}

const readConfig = async (world: World, digest: string): Promise<Started> => {
  const source = world.registry.repository(repository);
  const { manifest } = (await source.pullManifest(digest)) ?? assert.fail();
  const text = new TextDecoder().decode(await source.pullBytes(manifest.config));
  return (JSON.parse(text) as { config: Started }).config;
};

describe('an app with dependencies', () => {
  const app = (text: string): Record<string, string> => ({
    'app.py': text,
    'requirements.txt': 'greet\n',
    Procfile: 'web: greet\n',
  });

  it('is built by steps once; then a change of its own code is composed', { skip }, async () => {
    await using world = await openWorld();
    const request = await storeWithWheel(world, app('1'));
    const plan = await world.builder.plan(request);
    assert.equal(await world.builder.compose(request, plan.key), undefined);
    const steps = await world.builder.steps(request, plan.key);
    assert.deepEqual(
      steps.map(({ name, registry }) => [name, registry]),
      [
        ['fetch', true],
        ['dependencies', false],
        ['export', true],
      ],
    );
    const log = await runSteps(world, steps);
    assert.match(
      log,
      /source: 4 files[^]*Successfully installed greet[^]*dependencies: \d+ files[^]*image: sha256:/,
    );
    const built = (await world.builder.find(repository, plan.key)) ?? assert.fail();
    assert.deepEqual(built.processes, { web: { command: ['greet'] } });
    const root = await unpack(world, built.digest);
    const { PATH = '' } = process.env;
    const env = { PATH };
    const ran = spawnSync('./.fairlead/launch', ['greet'], { cwd: join(root, 'app'), env, encoding: 'utf8' });
    assert.equal(ran.stdout, 'hello from greet\n', ran.stderr);
    const script = readFileSync(join(root, 'app/.fairlead/deps/bin/greet'), 'utf8');
    assert.match(script, /^#!\/usr\/bin\/env python3\n/);

    const changed = await storeWithWheel(world, app('2'));
    const next = await world.builder.plan(changed);
    assert.notEqual(next.key, plan.key);
    assert.equal(next.recipe.dependencies?.key, plan.recipe.dependencies?.key);
    const composed = (await world.builder.compose(changed, next.key)) ?? assert.fail();
    const again = await unpack(world, composed.digest);
    assert.equal(readFileSync(join(again, 'app/app.py'), 'utf8'), '2');
    assert.equal(readFileSync(join(again, 'app/.fairlead/deps/bin/greet'), 'utf8'), script);
  });

  it('has the same bytes when it is built again from nothing', { skip }, async () => {
    const build = async (): Promise<string | undefined> => {
      await using world = await openWorld();
      const request = await storeWithWheel(world, app('1'));
      const { key } = await world.builder.plan(request);
      await runSteps(world, await world.builder.steps(request, key));
      return (await world.builder.find(repository, key))?.digest;
    };
    assert.equal(await build(), await build());
  });

  it('that do not exist fails with the words of pip', { skip }, async () => {
    await using world = await openWorld();
    const request = await store(world, {
      'app.py': '',
      'requirements.txt': 'greet==9.9\n',
      'wheels/x.whl': '',
    });
    const { key } = await world.builder.plan(request);
    const steps = await world.builder.steps(request, key);
    const root = mkdtempSync(join(world.folder, 'job-'));
    const [fetchStep = assert.fail(), dependencies = assert.fail()] = steps;
    assert.equal((await runStep(root, fetchStep)).code, 0);
    // Offline, so that the test never asks an index.
    const offline = [...dependencies.env, { name: 'PIP_NO_INDEX', value: '1' }];
    const { code, log } = await runStep(root, { ...dependencies, env: offline });
    assert.equal(code, 1);
    assert.match(log, /No matching distribution found for greet==9\.9/);
  });

  it('is refused with the name of the package when pip is not there', async () => {
    await using world = await openWorld({ askTool: async () => undefined });
    const request = await store(world, app('1'));
    await assert.rejects(world.builder.plan(request), (error: unknown) => {
      assert.ok(error instanceof FairleadError);
      assert.equal(error.code, 'E_BUILD_TOOL_MISSING');
      assert.match(error.solve, /apt-get install python3-pip/);
      return true;
    });
  });

  const storeWithWheel = async (world: World, files: Record<string, string>): Promise<BuildRequest> => {
    const { pack } = await import('tar-stream');
    const archive = pack();
    for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
    archive.entry({ name: 'wheels/greet-1.0-py3-none-any.whl' }, vendored);
    archive.finalize();
    const { digest } = await world.builder.storeArchive(repository, archive as AsyncIterable<Uint8Array>);
    return { repository, app: 'shop', source: digest };
  };
});

describe('a build', () => {
  it('of a source that is not there is refused', async () => {
    await using world = await openWorld();
    const source = `sha256:${'0'.repeat(64)}`;
    await assert.rejects(world.builder.plan({ repository, app: 'shop', source }), /cannot be taken/);
  });

  it('step with wrong options ends with its usage', () => {
    const main = join(import.meta.dirname, 'main.ts');
    const ran = spawnSync(process.execPath, [main, 'fetch', '--order', 'x'], { encoding: 'utf8' });
    assert.equal(ran.status, 1);
    assert.match(ran.stderr, /usage: main\.ts fetch\|export/);
  });
});
