import { ApiError, type Client, type ConfigMap, configMaps, type Secret, secrets } from '@fairlead/kube';
import { BlockedError } from '../blocked.ts';

/** What pods take their configuration from. Values are bytes: secrets and files need not be text. */
export interface Sources {
  /** `undefined` when there is none and it is optional; else rejects with `BlockedError`. */
  read(wanted: SourceName): Promise<SourceData | undefined>;
}

export interface SourceName {
  readonly kind: 'secret' | 'configmap';
  readonly namespace: string;
  readonly name: string;
  readonly optional: boolean;
}

export type SourceData = ReadonlyMap<string, Buffer>;

/** How many of them are remembered for the time when the API is away. */
const remembered = 500;

/**
 * Reads them from the API each time that a container is started; asked twice at once, it asks once.
 * While the API is away the last answer counts: apps are restarted without the control plane.
 */
export function openSources(client: Client): Sources {
  const underWay = new Map<string, Promise<SourceData | undefined>>();
  const known = new Map<string, SourceData | undefined>();
  const find = async ({ kind, namespace, name }: SourceName): Promise<SourceData | undefined> => {
    if (kind === 'secret') {
      const secret = await client.resource(secrets).find({ namespace, name });
      return secret && dataOfSecret(secret);
    }
    const configMap = await client.resource(configMaps).find({ namespace, name });
    return configMap && dataOfConfigMap(configMap);
  };
  return {
    async read(wanted) {
      const key = `${wanted.kind}/${wanted.namespace}/${wanted.name}`;
      const finding = underWay.get(key) ?? find(wanted).finally(() => underWay.delete(key));
      underWay.set(key, finding);
      const data = await finding.catch((error: Error) => {
        if (isAway(error) && known.has(key)) return known.get(key);
        throw new BlockedError(
          'CreateContainerConfigError',
          `${wanted.kind} "${wanted.name}": ${error.message}`,
        );
      });
      remember(known, key, data);
      if (data !== undefined || wanted.optional) return data;
      throw new BlockedError('CreateContainerConfigError', `${wanted.kind} "${wanted.name}" not found`);
    },
  };
}

/** Nobody answered, or somebody who could not. */
const isAway = (error: Error): boolean => !(error instanceof ApiError) || error.code >= 500;

function remember<T>(known: Map<string, T>, key: string, data: T): void {
  known.delete(key);
  known.set(key, data);
  const [oldest] = known.keys();
  if (known.size > remembered && oldest !== undefined) known.delete(oldest);
}

const dataOfSecret = ({ data = {} }: Secret): SourceData =>
  new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]));

const dataOfConfigMap = ({ data = {}, binaryData = {} }: ConfigMap): SourceData =>
  new Map([
    ...Object.entries(data).map(([key, value]) => [key, Buffer.from(value)] as const),
    ...Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  ]);
