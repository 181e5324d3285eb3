/** undici's own modules of what is used here, without the rest of the package. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}

declare module 'undici/lib/api/api-request.js' {
  import type { Dispatcher, Pool } from 'undici';
  /** `Pool.prototype.request`, which the package's index puts there. */
  export default function request(
    this: Pool,
    options: Dispatcher.RequestOptions,
  ): Promise<Dispatcher.ResponseData>;
}
