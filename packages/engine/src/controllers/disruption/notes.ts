import type { EventNote } from '@fairlead/kube';
import { selectorText } from '../selector-text.ts';
import type { Facts } from './status.ts';

/** What is worth telling of a budget as long as it is so. */
export function notesOn({ budget, pods, expected }: Facts): readonly EventNote[] {
  if (pods.length === 0) return [{ type: 'Normal', reason: 'NoPods', message: 'No matching pods found' }];
  if (expected.unmanaged.length === 0) return [];
  const message =
    `Pods selected by this PodDisruptionBudget (selector: ${selectorText(budget.spec.selector)}) were found to be unmanaged. ` +
    'As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. ' +
    'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.';
  return [{ type: 'Warning', reason: 'UnmanagedPods', message }];
}
