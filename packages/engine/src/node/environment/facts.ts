import type { Container, EnvVarSource, Pod, ResourceFieldSelector } from '@fairlead/kube';
import { parseQuantity, quantityMilliValue, quantityValue } from '../../schema/quantity.ts';
import { type Addresses, fieldOf } from './fields.ts';

/** What a pod may be told of where it runs. */
export interface Facts {
  /** What is there for pods: what a container without a limit may use. */
  readonly allocatable: Readonly<Record<string, string>>;
  readonly addresses: Addresses;
}

export interface FactOrder {
  readonly pod: Pod;
  /** Whose resources are meant when none is named. */
  readonly container: Container | undefined;
  readonly facts: Facts;
}

/** A field of the pod or a resource of a container as text (Kubernetes, "Downward API"); `undefined` when there is none such. */
export function factOf(
  order: FactOrder,
  { fieldRef, resourceFieldRef }: Pick<EnvVarSource, 'fieldRef' | 'resourceFieldRef'>,
): string | undefined {
  if (fieldRef !== undefined) return fieldOf(order.pod, fieldRef.fieldPath, order.facts.addresses);
  return resourceFieldRef && resourceOf(order, resourceFieldRef);
}

function resourceOf(
  { pod, container, facts }: FactOrder,
  { containerName, resource, divisor }: ResourceFieldSelector,
): string | undefined {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const meant = containerName ? all.find(({ name }) => name === containerName) : container;
  const [list, name = ''] = splitOnce(resource);
  const { limits, requests } = meant?.resources ?? {};
  const value = list === 'limits' ? (limits?.[name] ?? facts.allocatable[name]) : requests?.[name];
  return divide(name, value ?? '0', String(divisor ?? '0'));
}

const splitOnce = (text: string): [string, string?] => {
  const at = text.indexOf('.');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

/** Rounded up, as Kubernetes does: half a processor is one, unless thousandths are asked for. */
function divide(name: string, value: string | number, divisor: string): string | undefined {
  const [amount, unit, one] = [value, divisor, '1'].map((text) => parseQuantity(text));
  if (amount === undefined || unit === undefined || one === undefined) return undefined;
  const measure = name === 'cpu' ? quantityMilliValue : quantityValue;
  return String(ceiling(measure(amount), measure(unit) || measure(one)));
}

const ceiling = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
