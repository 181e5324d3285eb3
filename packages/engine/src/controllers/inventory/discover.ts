import type { Client, ResourceType } from '@fairlead/kube';

/** A resource as discovery describes it (meta/v1 APIResource). */
export interface ServedType extends ResourceType {
  readonly verbs: readonly string[];
}

interface GroupList {
  readonly groups: readonly {
    readonly name: string;
    readonly preferredVersion: { readonly version: string };
  }[];
}

interface ResourceList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

/** Every resource that the server has, each in its group's preferred version. Subresources are left out. */
export async function discoverTypes(client: Client): Promise<readonly ServedType[]> {
  const { groups } = await client.json<GroupList>({ path: '/apis' });
  const named = groups.map(({ name, preferredVersion }) => typesOf(client, name, preferredVersion.version));
  const lists = await Promise.all([typesOf(client, '', 'v1'), ...named]);
  return lists.flat();
}

async function typesOf(client: Client, group: string, version: string): Promise<readonly ServedType[]> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const { resources } = await client.json<ResourceList>({ path });
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced, verbs }) => ({
      group,
      version,
      kind,
      resource: name,
      namespaced,
      verbs,
    }));
}
