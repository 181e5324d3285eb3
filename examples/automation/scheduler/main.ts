import { runOperator } from '@fairlead/kube/operator';
import { nearData } from './operator.ts';

await runOperator(nearData, process);
