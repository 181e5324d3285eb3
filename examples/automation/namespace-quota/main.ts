import { runOperator } from '@fairlead/kube/operator';
import { namespaceQuota } from './operator.ts';

await runOperator(namespaceQuota, process);
