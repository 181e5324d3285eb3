import { existsSync, readFileSync } from 'node:fs';
import type { ImageParts, LayerEntry } from '../image/registry.fixture.ts';
import { whyNotIsolated } from '../sandbox/support.ts';

/** It has no other file. */
export const program = ['/bin/busybox', '/usr/bin/busybox'].find((path) => existsSync(path));
const runtime = ['/usr/bin/crun', '/usr/local/bin/crun', '/usr/sbin/crun'].find((path) => existsSync(path));

/** Why containers with a root of their own cannot be tried on this machine. */
export const whyNoContainers: string | undefined =
  (await whyNotIsolated()) ??
  (runtime === undefined ? 'there is no crun' : undefined) ??
  (program === undefined ? 'there is no static busybox' : undefined);

/** Its names. */
export const applets: readonly string[] =
  'cat echo env false grep hostname httpd id kill ls mount nc printf ps setsid sh sleep stat stty touch true wget'.split(
    ' ',
  );

/** A root of one real program under its many names, with two users. */
export function busyboxLayer(): LayerEntry[] {
  if (program === undefined) return [];
  return [
    { name: 'bin/', type: 'directory' },
    { name: 'bin/busybox', content: readFileSync(program) },
    ...applets.map((name) => ({
      name: `bin/${name}`,
      type: 'symlink' as const,
      linkname: '/bin/busybox',
    })),
    { name: 'etc/passwd', content: 'root:x:0:0::/root:/bin/sh\nshop:x:1000:1001::/home/shop:/bin/sh\n' },
    { name: 'etc/group', content: 'root:x:0:\nshop:x:1001:\nmail:x:12:ann,shop\n' },
    { name: 'home/shop/', type: 'directory', uid: 1000, gid: 1001, mode: 0o700 },
    { name: 'home/shop/mine', content: 'of shop\n', uid: 1000, gid: 1001, mode: 0o600 },
    { name: 'tmp/', type: 'directory', mode: 0o1777 },
  ];
}

/** An image of it. */
export const busyboxImage = (parts: ImageParts = {}): ImageParts => ({
  ...parts,
  ownRoot: true,
  layers: [busyboxLayer(), ...(parts.layers ?? [])],
});
