import { createClient } from '../client/client.ts';
import type { Client } from '../client/contract.ts';
import type { Controller, Pass } from '../controller/contract.ts';
import { measurePasses, type PassMeasure } from '../controller/measure.ts';
import { openCache } from '../informer/cache.ts';
import type { Leadership } from '../leader/contract.ts';
import { startLeadership } from '../leader/elect.ts';
import type { Operator, OperatorOptions, RunningOperator } from './contract.ts';
import { createParts } from './parts.ts';

/** Starts an operator on an API. With an election it works from term to term. Close it at the end. */
export const startOperator = (operator: Operator, options: OperatorOptions): RunningOperator =>
  new Runner(operator, options);

class Runner implements RunningOperator {
  isReady = false;
  readonly #operator: Operator;
  readonly #options: OperatorOptions;
  readonly #client: Client;
  readonly #measure: PassMeasure;
  readonly #leadership: Leadership | undefined;
  readonly #running: Promise<void>;
  readonly #stop = new AbortController();
  readonly #ready = Promise.withResolvers<void>();
  #controllers: readonly Controller[] = [];

  constructor(operator: Operator, options: OperatorOptions) {
    const { transport, clock, random, metrics, election, onTrouble = () => {} } = options;
    this.#operator = operator;
    this.#options = options;
    this.#client = createClient(transport, { fieldManager: operator.name });
    this.#measure = measurePasses(metrics);
    this.#measure.watch(() => this.#controllers);
    this.#ready.promise.catch(() => {}); // Who does not wait for it need not handle that it never came.
    this.#leadership =
      election && startLeadership({ client: this.#client, clock, random, ...election, onTrouble });
    this.#running = this.#leadership ? this.#serve(this.#leadership) : this.#work(this.#stop.signal);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  health(): string | undefined {
    return this.#controllers.map((controller) => controller.health()).find((ill) => ill !== undefined);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#leadership?.close();
    this.#ready.reject(new Error(`${this.#operator.name} was stopped before it worked`));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What a term began has ended before the next begins. */
  async #serve(leadership: Leadership): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const term = await Promise.race([leadership.elected(), aborted(signal)]);
      if (term !== undefined) await this.#work(AbortSignal.any([signal, term.signal]));
    }
  }

  async #work(signal: AbortSignal): Promise<void> {
    const { clock, random, onTrouble } = this.#options;
    const cache = openCache({ client: this.#client, clock, random });
    const { name, controllers } = this.#operator;
    const onPass = (pass: Pass): void => this.#note(pass);
    this.#controllers = controllers(createParts({ name, cache, onPass, onLost: onTrouble }));
    void this.#awaitReady(this.#controllers);
    await aborted(signal);
    // Whoever has lost the lead must not go on; who is asked to stop may finish what it began.
    const grace = this.#stop.signal.aborted ? undefined : 0;
    await Promise.all(this.#controllers.map((controller) => controller.close(grace)));
    this.#controllers = [];
    await cache.close();
  }

  async #awaitReady(controllers: readonly Controller[]): Promise<void> {
    await Promise.allSettled(controllers.map(({ ready }) => ready));
    if (controllers !== this.#controllers) return;
    this.isReady = true;
    this.#ready.resolve();
  }

  #note(pass: Pass): void {
    this.#measure.count(pass);
    if (pass.outcome.kind === 'failed') this.#options.onTrouble?.(pass.outcome.error);
  }
}

const aborted = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
