import { type Client, type ConfigMap, configMaps, type Secret, secrets } from '@fairlead/kube';
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

/** Reads them from the API each time that a container is started; asked twice at once, it asks once. */
export function openSources(client: Client): Sources {
  const underWay = new Map<string, Promise<SourceData | undefined>>();
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
        throw new BlockedError(
          'CreateContainerConfigError',
          `${wanted.kind} "${wanted.name}": ${error.message}`,
        );
      });
      if (data !== undefined || wanted.optional) return data;
      throw new BlockedError('CreateContainerConfigError', `${wanted.kind} "${wanted.name}" not found`);
    },
  };
}

const dataOfSecret = ({ data = {} }: Secret): SourceData =>
  new Map(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64')]));

const dataOfConfigMap = ({ data = {}, binaryData = {} }: ConfigMap): SourceData =>
  new Map([
    ...Object.entries(data).map(([key, value]) => [key, Buffer.from(value)] as const),
    ...Object.entries(binaryData).map(([key, value]) => [key, Buffer.from(value, 'base64')] as const),
  ]);
