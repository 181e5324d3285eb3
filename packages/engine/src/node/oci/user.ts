import type { Container, Pod } from '@fairlead/kube';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BlockedError } from '../blocked.ts';
import type { SandboxUser } from '../sandbox/contract.ts';
import { resolveInside } from '../sandbox/view.ts';

export interface UserOrder {
  readonly pod: Pod;
  readonly container: Container;
  /** As the image says it; empty: root. */
  readonly ofImage: string;
  /** The image's files. */
  readonly tree: string;
}

interface Asked {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly fsGroup?: number;
  readonly supplementalGroups?: readonly number[];
}

/** As whom a container runs: who the pod asks for, else who the image says. Rejects with `BlockedError`. */
export async function decideUser(order: UserOrder): Promise<SandboxUser> {
  const { pod, container, tree } = order;
  const common = (pod.spec.securityContext ?? {}) as Asked;
  const own = (container.securityContext ?? {}) as Asked;
  const asked: Asked = { ...common, ...own };
  refuseRoot(order, asked);
  const [users, groups] = await Promise.all([readTable(tree, 'passwd'), readTable(tree, 'group')]);
  const named = asked.runAsUser === undefined ? order.ofImage : String(asked.runAsUser);
  const found = findUser(named, users, groups);
  const { supplementalGroups = [], fsGroup } = common;
  const gid = asked.runAsGroup ?? found.gid;
  const more = [...memberships(found.name, groups), ...supplementalGroups, ...(fsGroup ? [fsGroup] : [])];
  return { uid: found.uid, gid, groups: [...new Set(more)].filter((group) => group !== gid) };
}

/** In the words of a kubelet. */
function refuseRoot({ pod, container, ofImage }: UserOrder, { runAsNonRoot, runAsUser }: Asked): void {
  if (runAsNonRoot !== true) return;
  const { name, namespace = 'default', uid = '' } = pod.metadata;
  const who = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`;
  const [user = ''] = ofImage.split(':');
  if (runAsUser === 0) throw unfit(`container's runAsUser breaks non-root policy ${who}`);
  if (runAsUser !== undefined) return;
  if (user === '' || user === '0')
    throw unfit(`container has runAsNonRoot and image will run as root ${who}`);
  if (!isNumber(user))
    throw unfit(
      `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${who}`,
    );
}

const unfit = (message: string): BlockedError => new BlockedError('CreateContainerConfigError', message);

type Table = readonly (readonly string[])[];

/** A file of the image in lines of fields (passwd(5), group(5)). */
async function readTable(tree: string, name: string): Promise<Table> {
  const path = await resolveInside({ root: tree, mounts: [] }, `/etc/${name}`);
  const text = path === undefined ? '' : await readFile(join(tree, path), 'utf8').catch(() => '');
  return text.split('\n').map((line) => line.split(':'));
}

interface Found {
  readonly uid: number;
  readonly gid: number;
  readonly name: string | undefined;
}

/** `user`, `user:group`, each a name or a number; a number need not be in the tables. */
export function findUser(text: string, users: Table, groups: Table): Found {
  const [user = '', group = ''] = text.split(':');
  const wanted = user === '' ? '0' : user;
  const entry = users.find(([name]) => name === wanted) ?? users.find(([, , uid]) => uid === wanted);
  if (entry === undefined && !isNumber(wanted)) throw notFound(`unable to find user ${wanted}`);
  const [name, , uid = wanted, ofUser = '0'] = entry ?? [];
  return { uid: Number(uid), gid: group === '' ? Number(ofUser) : findGroup(group, groups), name };
}

function findGroup(group: string, groups: Table): number {
  const [, , gid] = groups.find(([name]) => name === group) ?? [];
  if (gid === undefined && !isNumber(group)) throw notFound(`unable to find group ${group}`);
  return Number(gid ?? group);
}

const notFound = (what: string): BlockedError =>
  new BlockedError('CreateContainerError', `${what}: no matching entries in the image's tables`);

const memberships = (user: string | undefined, groups: Table): number[] =>
  groups.flatMap(([, , gid, members = '']) =>
    user !== undefined && gid !== undefined && members.split(',').includes(user) ? [Number(gid)] : [],
  );

const isNumber = (text: string): boolean => /^\d{1,10}$/.test(text);
