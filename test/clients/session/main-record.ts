// Plays the session on a real control plane and keeps what it showed: `npm run clients:record`.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../acceptance/platform.ts';
import { startControlPlane } from '../../cluster/control-plane.ts';
import { play } from './play.ts';
import { writeTranscript } from './transcript.ts';

const home = await mkdtemp(join(tmpdir(), 'fairlead-session-'));
try {
  await using plane = await startControlPlane();
  await plane.startControllers();
  const { kubeconfig } = plane;
  await run('kubectl', ['--kubeconfig', kubeconfig, 'create', 'namespace', 'session'], {
    cwd: home,
    env: process.env,
  });
  const wait = ['wait', '--for=create', 'serviceaccount/default', '-n', 'session', '--timeout=30s'];
  await run('kubectl', ['--kubeconfig', kubeconfig, ...wait], { cwd: home, env: process.env });
  const played = await play({ kubeconfig, home });
  writeTranscript(played);
  console.log(`${played.length} lines recorded`);
} finally {
  await rm(home, { recursive: true });
}
