import { isExternalName, type ServiceSpec } from '../../resources/rules/service/types.ts';
import { internal } from '../../http/errors.ts';
import { invalid } from '../../schema/field-error.ts';
import type { Order } from './order.ts';
import { refuse } from './refuse.ts';

/** One address of each family, the one that is asked for or any. */
export const withAddresses = (
  spec: ServiceSpec,
  { name, order }: { readonly name: string; readonly order: Order },
): ServiceSpec => {
  const { clusterIPs: asked = [], ipFamilies = [] } = spec;
  if (isExternalName(spec) || asked[0] === 'None') return spec;
  const clusterIPs = ipFamilies.map((_, index) => {
    const ip = asked[index] ?? '';
    if (ip === '') return drawn(order);
    const fault = order.takeAddress(ip);
    if (fault !== undefined)
      refuse(name, [invalid('spec.clusterIPs', asked, `failed to allocate IP ${ip}: ${fault}`)]);
    return ip;
  });
  const [clusterIP] = clusterIPs;
  return clusterIP === undefined ? spec : { ...spec, clusterIP, clusterIPs };
};

const drawn = (order: Order): string => {
  const ip = order.drawAddress();
  if (ip === undefined) throw internal('failed to allocate a serviceIP: range is full');
  return ip;
};
