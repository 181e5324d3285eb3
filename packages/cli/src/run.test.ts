import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commandNames, loadAll, loadCommand } from './commands/index.ts';
import { registerContext } from './contexts/contexts.ts';
import { type Person, type } from './person.fixture.ts';

let folder = '';
let person: Person;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fairlead-cli-'));
  person = { env: { ...process.env, FAIRLEAD_HOME: join(folder, 'home') }, cwd: folder };
});
after(() => rm(folder, { recursive: true, force: true }));

describe('help', () => {
  const everything = `Fairlead: push code, get a running app.

usage  fairlead COMMAND [options]

  up                      runs the platform on this machine until Ctrl-C
  engine                  runs the Kubernetes API alone, with the built-in controllers
  engine backup           copies the objects of an engine, running or not, into a new file
  engine restore          fills an empty data folder with the objects of such a file
  create [NAME]           creates an app, and adds the git remote fairlead
  apps                    lists the apps
  info                    shows an app: address, release, processes, and why it is as it is
  deploy [DIR]            deploys a folder, or an image that is built elsewhere
  destroy                 destroys an app with everything that belongs to it
  ps                      lists the running copies of an app
  scale PROCESS=COUNT…    sets how many copies of a process run
  config list             lists the environment variables of an app
  config set NAME=VALUE…  sets environment variables, as a new release
  config unset NAME…      removes environment variables, as a new release
  releases                lists the releases of an app: who changed what, and when
  rollback [vN]           brings back image and configuration of an earlier release, as a new one
  logs                    shows what the copies of an app print, all of them together
  git remote              makes the git remote fairlead of this repository lead to an app that exists
  version                 shows the version

See more with  fairlead help COMMAND.  config:set is the same as config set.
`;

  for (const words of [[], ['help'], ['--help'], ['-h']]) {
    it(`fairlead ${words.join(' ')} lists the commands`, async () => {
      assert.deepEqual(await type(person, ...words), {
        status: 0,
        out: everything,
        err: '',
        text: everything,
      });
    });
  }

  it('of one command shows what it takes', async () => {
    const expected = `sets environment variables, as a new release

usage  fairlead config set NAME=VALUE… [options]

  -a, --app NAME               the app; else the git remote, else the folder
      --namespace NAME         the namespace of the app; else that of the context
      --context NAME           the platform; else the current one
  -o, --output json|yaml|name  for programs
  -h, --help                   shows this
`;
    for (const words of [
      ['config', 'set', '--help'],
      ['config:set', '-h'],
      ['help', 'config:set'],
      ['help', 'config', 'set'],
    ])
      assert.equal((await type(person, ...words)).out, expected);
  });

  it('of a group lists its commands', async () => {
    for (const words of [
      ['help', 'config'],
      ['config', '--help'],
    ]) {
      const { out } = await type(person, ...words);
      assert.match(out, /config list[^]*config set[^]*config unset/);
      assert.doesNotMatch(out, /scale/);
    }
  });

  it('is there for every command and every other name of one', async () => {
    for (const name of commandNames) {
      const { status, out } = await type(person, 'help', ...name.split(' '));
      assert.equal(status, 0, name);
      assert.match(out, /^usage {2}fairlead /m);
    }
    for (const { name, text, options = {} } of await loadAll()) {
      const { out } = await type(person, ...name.split(' '), '--help');
      assert.ok(out.startsWith(`${text}\n`), name);
      for (const option of Object.keys(options))
        assert.ok(out.includes(`--${option}`), `${name} --${option}`);
    }
  });
});

describe('what is not understood ends with status 2', () => {
  const rows: readonly (readonly [string[], string, string])[] = [
    [['lgos'], '"lgos"', 'there is no such command'],
    [['config:frob'], '"config frob"', 'there is no such command'],
    [['help', 'nope'], '"nope"', 'there is no such command'],
    [['a\u001b[2Jb'], '"a\\u001b[2Jb"', 'there is no such command'],
    [['apps', '-x'], '-x', 'there is no such option'],
    [['apps', '--bogus'], '--bogus', 'there is no such option'],
    [['info', 'shop'], 'shop', 'info takes no words; an app is named by  --app NAME'],
    [['create', 'a', 'b'], 'b', 'create takes one NAME'],
    [['create', 'a', '--app', 'b'], 'a', 'the app is named b by --app'],
    [['rollback', 'v1', 'v2'], 'v2', 'rollback takes one vN'],
    [['rollback', 'two'], 'two', 'it must be the number of a release, as in  v2'],
    [['scale'], 'scale', 'it needs PROCESS=COUNT…'],
    [['scale', 'web'], 'web', 'it must be a process and a number from 0 to 1000'],
    [['scale', 'web=-1'], 'web=-1', 'it must be a process and a number from 0 to 1000'],
    [['scale', 'web=1.5'], 'web=1.5', 'it must be a process and a number from 0 to 1000'],
    [['scale', 'web=1001'], 'web=1001', 'it must be a process and a number from 0 to 1000'],
    [['scale', 'Web=1'], 'Web=1', 'it must be a process and a number from 0 to 1000'],
    [['config', 'set'], 'config set', 'it needs NAME=VALUE…'],
    [['config', 'set', 'TOKEN'], 'TOKEN', 'it has no value'],
    [['config', 'unset'], 'config unset', 'it needs NAME…'],
    [['logs', '-n', 'ten'], '--lines ten', 'it must be a number'],
    [['logs', '-n'], '--lines', 'it needs a value'],
    [['logs', '--follow=yes'], '--follow', 'it takes no value'],
    [['logs', '--process', 'a,b'], '--process a,b', 'that is no name of a process'],
    [['apps', '-o', 'xml'], '--output xml', 'it is one of json, yaml, name'],
    [['apps', '--namespace', ''], '--namespace ""', 'the name of a namespace has'],
    [['apps', '--namespace', '../x'], '--namespace "../x"', 'the name of a namespace has'],
    [['deploy', 'a', '--image', 'b'], 'a', 'it is a folder or --image, not both'],
    [['deploy', '--image', ''], '--image', 'it needs a reference'],
    [['deploy', '--image', 'a', '--runtime', 'b'], '--runtime', 'an image is built already'],
    [['up', '--listen', '8080'], '--listen 8080', 'it must be HOST:PORT'],
    [['up', '--listen', ':65536'], '--listen :65536', 'it must be HOST:PORT'],
    [['up', 'now'], 'now', 'up takes no words'],
  ];
  for (const [words, argument, reason] of rows) {
    it(JSON.stringify(words.join(' ')), async () => {
      const { status, out, err } = await type(person, ...words);
      assert.equal(status, 2, err);
      assert.equal(out, '');
      assert.ok(err.startsWith(`✘ E_ARGUMENT  ${argument} is not understood\n  why    ${reason}`), err);
      assert.match(err, /\n {2}solve {2}see {2}fairlead help/);
    });
  }

  it('and no value is repeated, for it may be a secret', async () => {
    for (const words of [
      ['config', 'set', 'TOKEN=hunter2', '--bogus'],
      ['config', 'set', 'TOKEN=hunter2', '--namespace'],
      ['config', 'set', 'TOKEN=hunter2', '--bogus=hunter2'],
      ['config', 'set', '1TOKEN=hunter2'],
      ['config', 'set', 'PORT=hunter2'],
      ['config:set', 'TOKEN=hunter2', '--context', 'none'],
    ])
      assert.doesNotMatch((await type(person, ...words)).text, /hunter2/);
  });
});

describe('names', () => {
  const rows: readonly (readonly [string[], RegExp])[] = [
    [['create', 'Shop'], /✘ E_APP_NAME {2}"Shop" [^]*fairlead create shop\n/],
    [['create', 'my shop'], /fairlead create my-shop\n/],
    [['create', '9lives'], /fairlead create lives\n/],
    [['create', 'a--b'], /fairlead create a-b\n/],
    [['create', 'x'.repeat(41)], new RegExp(`fairlead create ${'x'.repeat(40)}\n`)],
    [['create', 'grüße'], /fairlead create gr-e\n/],
    [['create', ''], /✘ E_APP_NAME {2}"" cannot/],
    [['create', 'a\nb\u0007'], /✘ E_APP_NAME {2}"a\\nb\\u0007" cannot/],
    [['config', 'set', 'A B=c'], /✘ E_CONFIG_NAME {2}"A B" cannot/],
    [['config', 'set', '=c'], /✘ E_CONFIG_NAME {2}"" cannot/],
    [['config', 'set', 'A-B=c'], /✘ E_CONFIG_NAME {2}"A-B" cannot/],
    [['config', 'set', 'PORT=1'], /✘ E_CONFIG_RESERVED {2}PORT is not yours to set/],
  ];
  for (const [words, expected] of rows) {
    it(JSON.stringify(words.join(' ').slice(0, 40)), async () => {
      const { status, err } = await type(person, ...words);
      assert.match(err, expected);
      assert.equal(status, 1);
    });
  }

  it('a folder whose name cannot be an app’s names none', async () => {
    const { status, err } = await type({ ...person, cwd: '/' }, 'create');
    assert.match(err, /E_APP_UNNAMED/);
    assert.equal(status, 1);
  });
});

describe('contexts', () => {
  it('without any say how to get one', async () => {
    const seen = await type(person, 'apps');
    assert.deepEqual(seen, {
      status: 1,
      out: '',
      err: seen.text,
      text: `✘ E_CONTEXT_NOT_FOUND  there is no context (none)
  why    the contexts known here are: none
  solve  start a platform with  fairlead up  or choose one of them with  --context NAME
`,
    });
  });

  it('that nobody knows are told from those that are there', async () => {
    const home = { env: { FAIRLEAD_HOME: join(folder, 'known') } };
    const context = { kubeconfig: '/nonexistent/kubeconfig', url: 'http://localhost:1', token: 'secret' };
    await registerContext(home, 'local', context);
    for (const name of ['prod', 'constructor', '__proto__', ''])
      assert.match(
        (await type({ ...person, ...home }, 'apps', '--context', name)).err,
        /E_CONTEXT_NOT_FOUND[^]*known here are: local/,
      );
    const stale = await type({ ...person, ...home }, 'apps');
    assert.match(stale.err, /✘ E_KUBECONFIG [^]*cannot read \/nonexistent\/kubeconfig: ENOENT/);
    assert.equal(stale.status, 1);
  });

  for (const [what, text] of [
    ['no JSON', '{'],
    ['something else', '[]'],
    ['nothing', 'null'],
  ] as const) {
    it(`in a file that holds ${what} are refused by its name`, async () => {
      const env = { FAIRLEAD_HOME: await mkdtemp(join(folder, 'broken-')) };
      await writeFile(join(env.FAIRLEAD_HOME, 'contexts.json'), text);
      const { status, err } = await type({ ...person, env }, 'apps');
      assert.match(err, /✘ E_HOME_UNUSABLE {2}\S+contexts\.json, where the command line/);
      assert.equal(status, 1);
    });
  }

  const kubeconfig = (server: string): string => `
clusters: [{name: a, cluster: {server: "${server}"}}]
users: [{name: admin, user: {token: t}}]
contexts: [{name: a, context: {cluster: a, user: admin}}]
current-context: a
`;

  const unreachable = async (server: string): Promise<string> => {
    const home = { env: { ...process.env, FAIRLEAD_HOME: await mkdtemp(join(folder, 'far-')) } };
    const path = join(home.env.FAIRLEAD_HOME, 'kubeconfig');
    await writeFile(path, kubeconfig(server));
    await registerContext(home, 'local', { kubeconfig: path, url: 'http://localhost:1', token: 't' });
    const { status, err } = await type({ ...person, ...home }, 'apps');
    assert.equal(status, 3, err);
    return err;
  };

  it('whose platform is not running say so', async () => {
    assert.match(
      await unreachable('https://127.0.0.1:9'),
      /✘ E_API_UNREACHABLE {2}the platform at 127\.0\.0\.1:9 does not answer\n {2}why {4}nothing listens there/,
    );
    assert.match(await unreachable('https://nohost.invalid'), /E_API_UNREACHABLE/);
  });

  it('whose port somebody else has say so', async (t) => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 200 OK\r\n\r\n');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    t.after(() => server.close());
    const { port } = server.address() as { port: number };
    assert.match(await unreachable(`https://127.0.0.1:${port}`), /E_API_UNREACHABLE/);
  });
});

describe('version', () => {
  it('is one line, or what a program asks for', async () => {
    const { version } = (await import('../package.json', { with: { type: 'json' } })).default;
    assert.equal(
      (await type(person, 'version')).out,
      `fairlead ${version} (node ${process.versions.node})\n`,
    );
    assert.equal((await type(person, '--version')).out, (await type(person, 'version')).out);
    assert.deepEqual(JSON.parse((await type(person, 'version', '-o', 'json')).out), {
      fairlead: version,
      node: process.versions.node,
    });
    assert.equal((await type(person, 'version', '-o', 'name')).out, `${version}\n`);
    assert.equal(
      (await type(person, 'version', '--output=yaml')).out,
      `fairlead: ${version}\nnode: ${process.versions.node}\n`,
    );
  });
});

it('a command loads what it needs, and nothing before it is asked for', async () => {
  await assert.rejects(loadCommand('nothing'), /no command nothing/);
});
