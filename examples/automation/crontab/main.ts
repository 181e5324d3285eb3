import { runOperator } from '@fairlead/kube/operator';
import { cronTab } from './operator.ts';

await runOperator(cronTab, process);
