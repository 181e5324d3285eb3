import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { apps as appType } from '@fairlead/api';
import { kind } from '@fairlead/kube';
import { openClient, openTerminal, type Terminal } from './person.ts';
import { type Ended, openPlatform, type Platform } from './platform.ts';
import { missingTool } from './tools.ts';

const apps = kind(appType);

/** Answers with its version on the port that it is told. */
const page = (version: string): string => `import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'${version}')

HTTPServer(('0.0.0.0', int(os.environ['PORT'])), Page).serve_forever()
`;

const good = { 'app.py': page('good'), Procfile: 'web: python3 app.py\n' };

interface Bad {
  readonly files: Readonly<Record<string, string>>;
  readonly without?: readonly string[];
  /** What the pusher reads. */
  readonly told: RegExp;
  readonly needs?: string;
}

const crash = (told: string): RegExp =>
  new RegExp(
    `✘ E_RELEASE_CRASHED  v\\d+ of shop does not stay up *\\n.*the process web ended with exit code 1; its last lines:[^]*${told}[^]*solve`,
  );

const bad: Readonly<Record<string, Bad>> = {
  'an unknown language': {
    files: { 'main.rb': 'puts 1' },
    without: ['app.py', 'Procfile'],
    told: /✘ E_BUILD_NO_RUNTIME {2}shop cannot be built *\n.*why {4}the source has none of the files.*requirements\.txt[^]*--runtime python/,
  },
  'a source with nothing to start': {
    files: { 'requirements.txt': '', 'x.py': '' },
    without: ['app.py', 'Procfile'],
    told: /✘ E_BUILD_NO_PROCESS {2}shop has nothing to start[^]*add a file called Procfile/,
  },
  'a Procfile that is none': {
    files: { Procfile: 'web: python3 app.py\nthis is not a process\n' },
    told: /✘ E_PROCFILE {2}the Procfile of shop is not understood *\n.*why {4}line 2: /,
  },
  'a process whose name cannot be one': {
    files: { Procfile: 'Web Server: python3 app.py\n' },
    told: /✘ E_PROCFILE [^]*line 1: /,
  },
  'a crash at start': {
    files: { 'app.py': 'raise SystemExit("I will not start")' },
    told: crash('I will not start'),
  },
  'a mistake of syntax': { files: { 'app.py': 'def (:\n' }, told: crash('SyntaxError') },
  'a command that is not there': {
    files: { Procfile: 'web: no-such-command --port $PORT\n' },
    told: /✘ E_RELEASE_CRASHED[^]*exit code 127[^]*no-such-command/,
  },
  'no listening port': {
    files: { 'app.py': 'import time\nprint("idle", flush=True)\ntime.sleep(1000)\n' },
    told: /✘ E_RELEASE_NOT_LISTENING {2}v\d+ of shop does not answer *\n.*within 2 seconds; the last probe said: .*refused.*; its last lines:[^]*idle[^]*PORT names, on all addresses/i,
  },
  'a port of its own choice': {
    files: { 'app.py': page('own').replace("int(os.environ['PORT'])", '0') },
    told: /✘ E_RELEASE_NOT_LISTENING/,
  },
  'a dependency that does not exist': {
    files: { 'requirements.txt': 'no-such-package-of-anybody==9.9.9\n' },
    told: /✘ E_BUILD_FAILED {2}shop could not be built *\n.*the step dependencies ended with exit code 1:[^]*no-such-package-of-anybody[^]*the last good release keeps serving/,
    needs: 'python3 -m pip',
  },
  'dependencies that nobody can read': {
    files: { 'requirements.txt': '!!! not a requirement\n' },
    told: /✘ E_BUILD_FAILED [^]*Invalid requirement[^]*solve/,
    needs: 'python3 -m pip',
  },
};

describe('a bad push is refused with its reason, and the last good version keeps serving', {
  skip: missingTool('python3', 'git'),
  timeout: 180_000,
}, () => {
  let platform: Platform;
  let person: Terminal;
  let shop = '';
  let deployed = '';
  const push = (...args: string[]): Promise<Ended> =>
    platform.git(shop, 'push', ...(args.length === 0 ? ['fairlead', 'main'] : args));
  const well = ({ status, text }: Ended | { status: number; text: string }): string => {
    assert.equal(status, 0, text);
    return text;
  };
  /** The history that the platform has of main. */
  const head = async (): Promise<string> =>
    (await platform.git(shop, 'ls-remote', 'fairlead', 'refs/heads/main')).out.slice(0, 40);
  const back = async (): Promise<void> => {
    await platform.git(shop, 'reset', '--quiet', '--hard', deployed);
  };

  before(async () => {
    platform = await openPlatform();
    person = openTerminal(platform);
    shop = await platform.repository('shop', good);
    well(await person.fairlead(shop, 'create'));
    well(await push());
    deployed = (await platform.git(shop, 'rev-parse', 'HEAD')).out.trim();
    await using api = await openClient(platform);
    const quick = { type: 'merge', body: { spec: { timeouts: { rollout: 2 } } } } as const;
    await api.client.resource(apps).patch({ namespace: 'default', name: 'shop' }, quick);
  });
  after(() => platform[Symbol.asyncDispose]());

  for (const [what, { files, without = [], told, needs }] of Object.entries(bad)) {
    it(what, { skip: needs === undefined ? false : missingTool(needs) }, async () => {
      for (const file of without) await rm(join(shop, file));
      await platform.commit(shop, files);
      const pushed = await push();
      const text = pushed.text.replace(/^remote: ?/gm, '').replace(/ +$/gm, '');
      assert.equal(pushed.status, 1, text);
      assert.match(text, told);
      assert.match(text, /pre-receive hook declined/);
      assert.equal((await platform.get('shop.localhost')).body, 'good');
      assert.equal(await head(), deployed);
      await back();
    });
  }

  it('after all of that a good push is deployed, and the ledger tells what failed', async () => {
    await platform.commit(shop, { 'app.py': page('better') });
    assert.match(well(await push()), /v\d+ deployed/);
    assert.equal((await platform.get('shop.localhost')).body, 'better');
    const listed = well(await person.fairlead(shop, 'releases'));
    assert.match(listed, /^v\d+ +Succeeded +deployed \w+ [^]*^v\d+ +Failed [^]*^v2 +Succeeded/m);
  });

  it('a push to an app that is not there', async () => {
    const pushed = await push(`http://localhost:${platform.port}/git/default/nope.git`, 'main');
    assert.equal(pushed.status, 128, pushed.text);
    assert.match(pushed.text, /✘ E_APP_NOT_FOUND {2}there is no app nope in the namespace default/);
    assert.deepEqual(await readdir(join(platform.folder, 'data/git/default')), ['shop.git']);
  });

  it('a push with a wrong token', async () => {
    const credentials = join(platform.env['FAIRLEAD_HOME'] ?? '', 'credentials');
    const [file = ''] = await readdir(credentials);
    const right = await readFile(join(credentials, file), 'utf8');
    for (const wrong of ['username=fairlead\npassword=wrong\n', '']) {
      await writeFile(join(credentials, file), wrong);
      const pushed = await push();
      assert.equal(pushed.status, 128, pushed.text);
      assert.match(pushed.text, /Authentication failed|could not read Username/);
    }
    await writeFile(join(credentials, file), right);
    assert.match(well(await push()), /up-to-date/);
  });

  it('a push of another branch deploys nothing and says so; main cannot be deleted', async () => {
    const side = await push('fairlead', 'HEAD:refs/heads/try');
    assert.match(well(side), /✘ E_PUSH_BRANCH {2}nothing was deployed/);
    const gone = await push('fairlead', ':main');
    assert.equal(gone.status, 1, gone.text);
    assert.match(gone.text, /destroy the app instead/);
    assert.equal((await platform.get('shop.localhost')).body, 'better');
  });
});
