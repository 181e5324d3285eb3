import { Endpoints } from './endpoints.ts';
import { Routes } from './routes.ts';

/**
 * What requests are matched against. Watches write to it, one host or one service at a time and whole,
 * so a request never sees half a change.
 */
export interface Table {
  readonly routes: Routes;
  readonly endpoints: Endpoints;
}

export const createTable = (): Table => ({ routes: new Routes(), endpoints: new Endpoints() });
