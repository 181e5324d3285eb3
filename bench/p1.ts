// P1: a warm deploy. A stamp in the source → git push → the page shows it, dependencies unchanged.
// The app is Flask under gunicorn with its default probe. The anchor of the same run is the time that
// the app itself takes to start and answer, without any platform: what no platform can undercut.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlatform } from '../test/acceptance/platform.ts';
import { printFigure, quantile } from './figure.ts';

const rounds = Number(process.argv[2] ?? 30);
const example = join(import.meta.dirname, '../examples/apps/flask');

/** Asks again and again until the page has the text; resolves with the milliseconds since `started`. */
const untilShown = async (
  port: number,
  { host, text, started }: { host: string; text: string; started: number },
): Promise<number> => {
  for (;;) {
    const body = await page(port, host);
    if (body.includes(text)) return performance.now() - started;
    if (performance.now() - started > 60_000)
      throw new Error(`the page never showed ${text}; it shows ${body}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
};

const page = (port: number, host: string): Promise<string> =>
  new Promise((resolve) => {
    const asking = request({ host: '127.0.0.1', port, headers: { host } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(body));
    });
    asking.on('error', () => resolve(''));
    asking.end();
  });

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const measureAnchor = async (): Promise<number[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'fairlead-anchor-'));
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--root-user-action=ignore',
    '--target',
    folder,
  ];
  spawnSync('python3', [...pip, '-r', join(example, 'requirements.txt')], { stdio: 'inherit' });
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const port = await freePort();
    const started = performance.now();
    const args = ['-m', 'gunicorn', '--bind', `127.0.0.1:${port}`, 'app:app'];
    const app = spawn('python3', args, {
      cwd: example,
      env: { PATH: process.env['PATH'], PYTHONPATH: folder },
      stdio: 'ignore',
    });
    times.push(await untilShown(port, { host: 'localhost', text: 'Powered by', started }));
    app.kill();
    await new Promise((resolve) => app.once('close', resolve));
  }
  await rm(folder, { recursive: true });
  return times;
};

const measureDeploys = async (): Promise<number[]> => {
  await using platform = await openPlatform();
  const shop = await platform.repository('shop', 'flask');
  const source = await readFile(join(shop, 'app.py'), 'utf8');
  await platform.fairlead(shop, 'create');
  const first = await platform.git(shop, 'push', 'fairlead', 'main');
  if (first.status !== 0) throw new Error(first.text);
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const stamp = `stamp-${round}-end`;
    await platform.commit(shop, { 'app.py': source.replace('"Fairlead"', JSON.stringify(stamp)) });
    const started = performance.now();
    const push = platform.git(shop, 'push', 'fairlead', 'main');
    times.push(await untilShown(platform.port, { host: 'shop.localhost', text: stamp, started }));
    const { status, text } = await push;
    if (status !== 0) throw new Error(text);
  }
  return times;
};

const anchor = await measureAnchor();
const deploys = await measureDeploys();
const floor = quantile(anchor, 0.5);
await printFigure('P1', [
  { name: 'deploys', value: deploys.length },
  { name: 'the app alone, start to answer, p50', value: floor, unit: 'ms' },
  { name: 'push to page, p50', value: quantile(deploys, 0.5), unit: 'ms' },
  { name: 'push to page, p95', value: quantile(deploys, 0.95), unit: 'ms', budget: 'p95' },
  { name: 'p50 over the app alone', value: quantile(deploys, 0.5) / floor, unit: '×' },
]);
