import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RuntimeSpec } from '@fairlead/api';
import { FairleadError } from '@fairlead/api/errors';
import { digestOf } from '../oci/digest.ts';
import type { SourceFacts } from './facts.ts';
import { dependencyKey, type PlanRequest, planImage } from './plan.ts';

const spec: RuntimeSpec = {
  detect: { files: ['app.x'] },
  dependencies: { inputs: ['deps.txt', 'wheels/'], command: ['install', '$(DEPS)'] },
  processes: [{ name: 'web', whenFile: 'app.x', command: ['x', 'app.x'] }],
  helperFiles: [{ path: 'helper.x', content: 'help' }],
  env: [
    { name: 'HOME', value: '$(APP)' },
    { name: 'FAST', value: '1' },
  ],
};

type Files = Readonly<Record<string, string>>;

const factsOf = (files: Files): SourceFacts => ({
  source: {
    digest: digestOf(`artifact of ${JSON.stringify(files)}`),
    layer: { mediaType: 'layer', digest: digestOf(JSON.stringify(files)), size: 1 },
    files: Object.entries(files).map(([path, text]) => {
      return { path, size: text.length, executable: false, digest: digestOf(text), offset: 0 };
    }),
  },
  texts: new Map(Object.entries(files)),
});

const files: Files = { 'app.x': 'run', 'deps.txt': 'flask' };

const request = (
  more: Partial<PlanRequest> & { files?: Files; spec?: Partial<RuntimeSpec> } = {},
): PlanRequest => ({
  app: 'shop',
  facts: factsOf(more.files ?? files),
  runtime: { name: 'x', spec: { ...spec, ...more.spec } },
  platform: more.platform ?? { os: 'linux', architecture: 'amd64' },
  toolchain: more.toolchain ?? 'x 1.0',
  ...(more.ownCommands === undefined ? {} : { ownCommands: more.ownCommands }),
});

const keys = (more?: Parameters<typeof request>[0]): [image: string, dependencies: string | undefined] => [
  planImage(request(more)).key,
  dependencyKey(request(more)),
];

describe('the plan of an image', () => {
  it('names its files, variables and processes', () => {
    const plan = planImage(request());
    assert.deepEqual(plan.processes, { web: { command: ['x', 'app.x'] } });
    assert.deepEqual(plan.env, [{ name: 'FAST', value: '1' }]);
    assert.deepEqual(
      plan.files.map(({ path, executable }) => [path, executable]),
      [
        ['.fairlead/launch', true],
        ['helper.x', undefined],
      ],
    );
  });

  it('is the same for the same inputs, in whatever order they are written', () => {
    const { env, helperFiles, processes, dependencies, detect } = spec;
    const reordered = { helperFiles, env, detect, processes, dependencies } as RuntimeSpec;
    assert.deepEqual(keys({ spec: reordered }), keys());
  });

  const [image, dependencies] = keys();
  const changes: readonly [what: string, more: Parameters<typeof request>[0], newDependencies: boolean][] = [
    ['the app', { files: { ...files, 'app.x': 'run more' } }, false],
    ['a dependency', { files: { ...files, 'deps.txt': 'django' } }, true],
    ['a vendored package', { files: { ...files, 'wheels/a': 'a' } }, true],
    ['the toolchain', { toolchain: 'x 2.0' }, true],
    ['the architecture', { platform: { os: 'linux', architecture: 'arm64' } }, true],
    ['a helper file of the image', { spec: { helperFiles: [{ path: 'h', content: 'more' }] } }, false],
    ['a variable', { spec: { env: [] } }, false],
    ['the install command', { spec: { dependencies: { inputs: ['deps.txt'], command: ['i'] } } }, true],
  ];
  for (const [what, more, newDependencies] of changes) {
    it(`is another one when ${what} changes; its dependencies ${newDependencies ? 'too' : 'stay'}`, () => {
      const [changed, changedDependencies] = keys(more);
      assert.notEqual(changed, image);
      assert.equal(changedDependencies !== dependencies, newDependencies);
    });
  }

  it('has no dependencies when the source has none of their files', () => {
    const plan = planImage(request({ files: { 'app.x': 'run', wheels: 'a file of that name' } }));
    assert.equal(plan.dependencies, undefined);
  });

  it('takes the Procfile before the defaults', () => {
    const plan = planImage(request({ files: { ...files, Procfile: 'worker: work $PORT' } }));
    assert.deepEqual(plan.processes, { worker: { command: ['work', '$(PORT)'] } });
  });

  const refused = (code: string, more: Parameters<typeof request>[0]): void => {
    assert.throws(
      () => planImage(request(more)),
      (error: unknown) => error instanceof FairleadError && error.code === code,
    );
  };

  it('is refused when there is nothing to start, unless the app says what', () => {
    refused('E_BUILD_NO_PROCESS', { files: { 'deps.txt': '' } });
    refused('E_BUILD_NO_PROCESS', { files: { ...files, Procfile: '# nothing yet' } });
    assert.deepEqual(planImage(request({ files: { 'deps.txt': '' }, ownCommands: true })).processes, {});
  });

  it('is refused with a Procfile that is not understood', () => {
    refused('E_PROCFILE', { files: { ...files, Procfile: 'web' } });
  });

  it('is refused for a base image, by name', () => {
    refused('E_API_REFUSED', { spec: { base: 'python:3.12' } });
  });
});
