import { runOperator } from '@fairlead/kube/operator';
import { secretPolicy } from './operator.ts';

await runOperator(secretPolicy, process);
