import type { Access } from '@fairlead/engine';
import type { Address } from '../up/start.ts';
import type { Places } from '../up/folder.ts';
import type { GatewayName } from './objects.ts';

/** What the command that runs everything tells the control plane. */
export interface ControlPlaneOptions {
  readonly places: Places;
  /** Where the Kubernetes API listens. */
  readonly api: Address;
  /** Where git, registry and gateway listen; only the router comes there. */
  readonly platform: Address;
  /** Where visitors come in: a part of every app's address. */
  readonly visitors: Address;
  readonly gateway: GatewayName;
}

/** What it tells the command once the API serves and knows all kinds: others can begin, while it goes on. */
export interface ControlPlaneReached {
  readonly api: Address;
  /** Where git, registry and gateway listen. */
  readonly platform: Address;
  /** How the administrator and the other parts reach the API, each as itself. */
  readonly access: { readonly admin: Access; readonly router: Access; readonly node: Access };
  /** Where a node pulls from, by the host in an image's name. */
  readonly registries: Readonly<Record<string, { readonly url: string; readonly token: string }>>;
}

/** The host in the references of the platform's own images. Nodes know where it is. */
export const registryHost = 'registry.fairlead.internal';
