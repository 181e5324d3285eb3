import type { Client, ResourceType } from '@fairlead/kube';

/** A resource as discovery describes it. */
export interface ServedType extends ResourceType {
  readonly verbs: readonly string[];
}

/** The answer that spares a client a request per group (apidiscovery.k8s.io/v2). */
interface Discovery {
  readonly items: readonly {
    readonly metadata: { readonly name?: string };
    /** The preferred one first. */
    readonly versions: readonly {
      readonly version: string;
      readonly resources: readonly {
        readonly resource: string;
        readonly responseKind: { readonly kind: string };
        readonly scope: 'Namespaced' | 'Cluster';
        readonly verbs: readonly string[];
      }[];
    }[];
  }[];
}

const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Every resource that the server has, each in the first version that serves it. */
export async function discoverTypes(client: Client): Promise<readonly ServedType[]> {
  const paths = ['/api', '/apis'];
  const answers = await Promise.all(
    paths.map((path) => client.json<Discovery>({ path, headers: { accept } })),
  );
  const types = new Map<string, ServedType>();
  for (const type of answers.flatMap(typesIn)) {
    const key = `${type.group}/${type.resource}`;
    if (!types.has(key)) types.set(key, type);
  }
  return [...types.values()];
}

const typesIn = ({ items }: Discovery): readonly ServedType[] =>
  items.flatMap(({ metadata: { name: group = '' }, versions }) =>
    versions.flatMap(({ version, resources }) =>
      resources.map(({ resource, responseKind: { kind }, scope, verbs }) => {
        return { group, version, kind, resource, namespaced: scope === 'Namespaced', verbs };
      }),
    ),
  );
