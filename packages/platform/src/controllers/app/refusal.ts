import { type App, type FairleadError, refusalsOf } from '@fairlead/api';

/** What is wrong with a field of an App. Where admission is ours, none such comes in; elsewhere the status says it. */
export const refusalOf = (app: App, field: string): FairleadError | undefined =>
  refusalsOf(app).find((refusal) => refusal.field === field)?.error;
