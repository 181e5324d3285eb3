import { formatQuantity, parseQuantity, quantityMilliValue } from '../../schema/quantity.ts';

/** An amount in thousandths; 0 for what is none. */
export function milli(amount: string | number | undefined): number {
  const quantity = amount === undefined ? undefined : parseQuantity(amount);
  return quantity === undefined ? 0 : Number(quantityMilliValue(quantity));
}

/** Thousandths as Kubernetes writes them; memory in powers of 1024. */
export const renderMilli = (thousandths: number, resource = ''): string =>
  formatQuantity({
    unscaled: BigInt(Math.trunc(thousandths)),
    scale: 3,
    format: resource === 'memory' ? 'BinarySI' : 'DecimalSI',
  });
