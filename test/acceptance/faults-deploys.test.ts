import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LoadReport, startLoad } from './load.ts';
import { openPlatform, type Ended } from './platform.ts';
import { missingTool } from './tools.ts';

const well = ({ status, text }: Ended): string => {
  assert.equal(status, 0, text);
  return text;
};

const flask = (version: number): Readonly<Record<string, string>> => ({
  'requirements.txt': 'Flask==3.1.2\ngunicorn==23.0.0\n',
  Procfile: 'web: gunicorn --bind 0.0.0.0:$PORT app:app\n',
  'app.py': [
    'from flask import Flask, request',
    'app = Flask(__name__)',
    "@app.route('/', methods=['GET', 'POST'])",
    'def version():',
    '    request.get_data()',
    `    return 'version ${version}\\n'`,
    '',
  ].join('\n'),
});

/** Every version that was live when a request was sent, or is on its way, may answer it. */
const startVersions = (port: number, host: string) => {
  const live = { oldest: 1, newest: 1 };
  const load = startLoad({
    port,
    host,
    rate: 200,
    seconds: 240,
    expect: () => {
      const { oldest } = live;
      return ({ status, body }) => {
        if (status !== 200) return `status ${status}: ${body.trim()}`;
        const version = Number(/^version (\d+)\n$/.exec(body)?.[1]);
        return version >= oldest && version <= live.newest
          ? undefined
          : `wrong body: ${body.trim()} (${oldest} to ${live.newest})`;
      };
    },
  });
  return { live, load };
};

const clean = (report: LoadReport): void => {
  assert.deepEqual(report.failures, {}, `${JSON.stringify(report.failures)}\n${report.samples.join('\n')}`);
  assert.equal(report.good, report.sent);
};

test('20 deploys in a row under 200 requests a second lose no request', {
  skip: missingTool('python3 -m pip'),
  timeout: 300_000,
}, async (t) => {
  await using platform = await openPlatform();
  const shop = await platform.repository('shop', flask(1));
  well(await platform.fairlead(shop, 'create'));
  well(await platform.git(shop, 'push', 'fairlead', 'main'));
  const { live, load } = startVersions(platform.port, 'shop.localhost');
  t.after(() => load.stop());
  for (let version = 2; version <= 21; version += 1) {
    live.newest = version;
    await platform.commit(shop, flask(version));
    well(await platform.git(shop, 'push', 'fairlead', 'main'));
    live.oldest = version;
    await load.more(20);
  }
  const report = await load.stop();
  t.diagnostic(`${report.sent} requests, ${JSON.stringify(report.latency)}`);
  clean(report);
});
