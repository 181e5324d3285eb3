import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RuntimeSpec } from '@fairlead/api';
import { detectRuntime } from '../builder/detect.ts';
import { gatherFacts } from '../builder/facts.ts';
import { planImage } from '../builder/plan.ts';
import type { NamedRuntime } from '../builder/runtime.ts';
import { pushFiles } from '../builder/source.ts';
import { openTestRegistry } from '../registry/registry.fixture.ts';
import { loadShippedRuntimes } from './load.ts';

type Files = Readonly<Record<string, string>>;

const runtimes: NamedRuntime[] = (await loadShippedRuntimes()).map(({ metadata, spec }) => ({
  name: metadata.name,
  spec: spec as RuntimeSpec,
}));

const webOf = async (files: Files): Promise<string | undefined> => {
  await using world = await openTestRegistry();
  const list = Object.entries(files).map(([path, content]) => ({ path, content }));
  const source = await pushFiles(world.repository('default/shop'), list);
  const paths = source.files.map(({ path }) => path);
  const { runtime } = detectRuntime({ app: 'shop', paths, runtimes });
  assert.equal(runtime.name, 'python');
  const facts = await gatherFacts(source, runtime);
  const platform = { os: 'linux', architecture: 'amd64' };
  const plan = planImage({ app: 'shop', facts, runtime, platform, toolchain: '', ownCommands: true });
  return plan.processes.web?.command.join(' ');
};

const main = 'if __name__ == "__main__":\n  app.run(port=int(os.environ["PORT"]))\n';
const flaskRun = 'python3 -m flask --app app run --host 0.0.0.0 --port $(PORT)';

const table: readonly [what: string, files: Files, web: string | undefined][] = [
  [
    'a Procfile',
    { 'app.py': '', Procfile: 'web: python3 -m http.server $PORT' },
    'python3 -m http.server $(PORT)',
  ],
  [
    'Flask and gunicorn',
    { 'app.py': main, 'requirements.txt': 'Flask==3.0\nGunicorn>=20  # server\n' },
    'gunicorn --bind 0.0.0.0:$(PORT) app:app',
  ],
  [
    'gunicorn only in a comment',
    { 'app.py': main, 'requirements.txt': 'flask # gunicorn\n' },
    'python3 app.py',
  ],
  [
    'another package of a similar name',
    { 'app.py': '', 'requirements.txt': 'flask-cors\n' },
    'python3 app.py',
  ],
  [
    'Flask that is started by its own file',
    { 'app.py': main, 'requirements.txt': 'flask' },
    'python3 app.py',
  ],
  [
    'Flask that starts nothing',
    { 'app.py': 'app = Flask(__name__)', 'requirements.txt': 'flask[async]' },
    flaskRun,
  ],
  ['Flask in pyproject.toml', { 'app.py': '', 'pyproject.toml': 'dependencies = ["flask>=3"]' }, flaskRun],
  ['no dependencies', { 'app.py': 'print(1)' }, 'python3 app.py'],
  ['main.py', { 'main.py': 'print(1)' }, 'python3 main.py'],
  [
    'wsgi.py and gunicorn',
    { 'wsgi.py': '', 'requirements.txt': 'gunicorn' },
    'gunicorn --bind 0.0.0.0:$(PORT) wsgi',
  ],
  ['requirements alone', { 'requirements.txt': 'flask' }, undefined],
];

describe('the web process of a Python app with', () => {
  for (const [what, files, web] of table) {
    it(`${what} is ${web ?? 'not known'}`, async () => assert.equal(await webOf(files), web));
  }
});
