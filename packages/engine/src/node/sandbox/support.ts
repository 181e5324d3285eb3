import { spawn } from 'node:child_process';
import { geteuid, platform } from 'node:process';

/** The programs of the machine that keep pods apart, and the Debian package of each. */
const tools: readonly (readonly [string, string])[] = [
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
  ['nsenter', 'util-linux'],
  ['unshare', 'util-linux'],
  ['setpriv', 'util-linux'],
  ['mount', 'mount'],
];

/** How long a machine may take to say whether it can, in milliseconds. */
const patience = 5000;

/**
 * Why pods cannot be kept apart on this machine, for people; `undefined`: they can. It is really tried, as what is in
 * the way may be anything: the kernel's settings, a container around all this, an old program.
 */
export async function whyNotIsolated(): Promise<string | undefined> {
  if (platform !== 'linux') return 'this system has no namespaces';
  if (geteuid?.() !== 0) return 'the node agent is not root';
  const missing = (
    await Promise.all(tools.map(async ([tool, from]) => ((await answers(tool)) ? [] : [`${tool} (${from})`])))
  ).flat();
  if (missing.length > 0) return `these programs are missing: ${missing.join(', ')}`;
  const failure = await run('unshare', attempt);
  return failure === undefined ? undefined : `namespaces are not to be had: ${failure}`;
}

/** All that a container and a network need, and nothing that would stay. */
const script = `mount -t proc proc /proc
mount --bind -o nosymfollow /tmp /tmp
ip link add up type veth peer name down
nft add table ip probe
exec setpriv --regid 1 --clear-groups --no-new-privs --bounding-set=-all,+sys_chroot,+setuid -- \
  unshare --root=/ --wd=/ --setuid 1 -- /usr/bin/env -i -- A=B /bin/sh -c :`;
const namespaces = '--net --mount --uts --ipc --pid --fork --kill-child'.split(' ');
const attempt = [...namespaces, '/bin/sh', '-ec', script];

const answers = async (tool: string): Promise<boolean> =>
  (await run('/bin/sh', ['-c', 'command -v -- "$1"', 'tool', tool])) === undefined;

/** What it said of its failure. */
function run(file: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((done) => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: patience });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', (error) => done(error.message));
    child.once('close', (code) =>
      done(code === 0 ? undefined : said.trim().split('\n')[0] || `exit code ${code}`),
    );
  });
}
