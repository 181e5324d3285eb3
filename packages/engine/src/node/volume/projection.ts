import type {
  DownwardAPIVolumeFile,
  KeyToPath,
  SecretProjection,
  Pod,
  Volume,
  VolumeProjection,
} from '@fairlead/kube';
import { BlockedError } from '../blocked.ts';
import type { SourceName, Sources } from '../environment/sources.ts';
import type { Facts } from '../environment/facts.ts';
import { factOf } from '../environment/facts.ts';
import type { Files } from './files.ts';
import type { Tokens } from './tokens.ts';

/** What a volume shows that the node writes: the one source of most kinds, the list of a projected one. */
export interface Projections {
  readonly sources: readonly VolumeProjection[];
  readonly defaultMode: number;
}

/** `undefined` for volumes that are not made of objects of the API. */
export function projectionsOf({
  secret,
  configMap,
  downwardAPI,
  projected,
}: Volume): Projections | undefined {
  const defaultMode = (secret ?? configMap ?? downwardAPI ?? projected)?.defaultMode ?? 0o644;
  if (secret !== undefined) {
    const { secretName: name = '', items, optional } = secret;
    const source = { name, ...(items && { items }), ...(optional !== undefined && { optional }) };
    return { sources: [{ secret: source }], defaultMode };
  }
  if (configMap !== undefined) return { sources: [{ configMap }], defaultMode };
  if (downwardAPI !== undefined) return { sources: [{ downwardAPI }], defaultMode };
  return projected && { sources: projected.sources ?? [], defaultMode };
}

/** The objects that it is made of. */
export const objectsOf = ({ sources }: Projections, namespace: string): SourceName[] =>
  sources.flatMap(({ secret, configMap }) => [
    ...(secret ? [nameOf('secret', namespace, secret)] : []),
    ...(configMap ? [nameOf('configmap', namespace, configMap)] : []),
  ]);

const nameOf = (
  kind: SourceName['kind'],
  namespace: string,
  { name, optional = false }: SecretProjection,
): SourceName => ({ kind, namespace, name, optional });

export interface ProjectionOrder {
  readonly pod: Pod;
  readonly sources: Sources;
  readonly tokens: Tokens;
  readonly facts: Facts;
}

/** What the volume is to show now, and when it should be asked again though nothing has happened. */
export interface Projected {
  readonly files: Files;
  readonly renewAt: number | undefined;
}

type Entry = readonly [path: string, content: Buffer, mode: number | undefined];

/** Reads it all. Where two sources want one path, the later has it. Rejects with `BlockedError`. */
export async function gatherFiles(order: ProjectionOrder, wanted: Projections): Promise<Projected> {
  const times: number[] = [];
  const entries: Entry[] = [];
  for (const source of wanted.sources) entries.push(...(await gatherSource(order, source, times)));
  const files = new Map(
    entries.map(([path, content, mode]) => [path, { content, mode: mode ?? wanted.defaultMode }]),
  );
  return { files, renewAt: times.length === 0 ? undefined : Math.min(...times) };
}

async function gatherSource(
  order: ProjectionOrder,
  { secret, configMap, downwardAPI, serviceAccountToken }: VolumeProjection,
  times: number[],
): Promise<Entry[]> {
  if (secret !== undefined) return gatherKeys(order, 'secret', secret);
  if (configMap !== undefined) return gatherKeys(order, 'configmap', configMap);
  if (downwardAPI !== undefined) {
    return (downwardAPI.items ?? []).map((item) => [
      item.path,
      Buffer.from(factFile(order, item)),
      item.mode,
    ]);
  }
  if (serviceAccountToken === undefined) return [];
  const { path, audience, expirationSeconds } = serviceAccountToken;
  const { token, renewAt } = await order.tokens.of(order.pod, {
    ...(audience !== undefined && { audience }),
    expirationSeconds: expirationSeconds ?? 3600,
  });
  times.push(renewAt);
  // Whoever the container runs as; a kubelet does the same where no user is said.
  return [[path, Buffer.from(token), undefined]];
}

const factFile = (
  { pod, facts }: ProjectionOrder,
  { fieldRef, resourceFieldRef }: DownwardAPIVolumeFile,
): string =>
  factOf(
    { pod, container: undefined, facts },
    { ...(fieldRef && { fieldRef }), ...(resourceFieldRef && { resourceFieldRef }) },
  ) ?? '';

const keyWords = {
  secret: 'references non-existent secret key',
  configmap: 'configmap references non-existent config key',
} as const;

async function gatherKeys(
  { pod, sources }: ProjectionOrder,
  kind: SourceName['kind'],
  from: SecretProjection,
): Promise<Entry[]> {
  const data = await sources.read(nameOf(kind, pod.metadata.namespace ?? 'default', from));
  const items = from.items ?? [...(data?.keys() ?? [])].map((key): KeyToPath => ({ key, path: key }));
  return items.flatMap(({ key, path, mode }): Entry[] => {
    const content = data?.get(key);
    if (content !== undefined) return [[path, content, mode]];
    if (from.optional) return [];
    throw new BlockedError('FailedMount', `${keyWords[kind]}: ${key}`);
  });
}
