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

/** The host in the references of the platform's own images. Nodes know where it is. */
export const registryHost = 'registry.fairlead.internal';
