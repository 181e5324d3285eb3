import { runCommand } from './command.ts';
import { desiredRules, isOfService, namesOf, renderTable, type RulesOrder } from './rules.ts';

/** The rules of a node, kept as they should be. */
export interface Table {
  /** Soon it leads where these lead; what comes while one is put in place is put there next. */
  lead(routes: RulesOrder['routes']): void;
  /** Waits for what is under way. The rules stay. */
  close(): Promise<void>;
}

/** How soon it is tried again when the machine refuses, in milliseconds. */
const retryMs = 1000;

export interface TableOptions extends Pick<RulesOrder, 'names' | 'range'> {
  readonly after: (milliseconds: number, then: () => void) => () => void;
  readonly onError: (error: unknown, what: string) => void;
}

export const openTable = (options: TableOptions): Table => new KeptTable(options);

class KeptTable implements Table {
  readonly #options: TableOptions;
  #wanted: RulesOrder['routes'] = [];
  /** What is there that comes and goes; undefined when it is not known. */
  #before: ReadonlySet<string> | undefined;
  #text = '';
  #dirty = false;
  #closed = false;
  #working: Promise<void> | undefined;
  #cancel = (): void => {};

  constructor(options: TableOptions) {
    this.#options = options;
  }

  lead(routes: RulesOrder['routes']): void {
    this.#wanted = routes;
    this.#begin();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#dirty = false;
    this.#cancel();
    await this.#working;
  }

  #begin(): void {
    if (this.#closed) return;
    this.#dirty = true;
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      await this.#put().catch((error: unknown) => this.#retry(error));
    }
    this.#working = undefined;
  }

  async #put(): Promise<void> {
    const { names, range } = this.#options;
    const routes = this.#wanted;
    const rules = desiredRules(routes);
    this.#before ??= await listTable(names.node);
    const text = renderTable({ names, range, routes }, rules, this.#before);
    if (text === this.#text) return;
    await runCommand('nft', ['-f', '-'], text);
    this.#before = namesOf(rules);
    this.#text = text;
  }

  #retry(error: unknown): void {
    const { after, onError } = this.#options;
    this.#before = undefined;
    this.#text = '';
    onError(error, 'the rules of Services');
    if (!this.#closed) this.#cancel = after(retryMs, () => this.#begin());
  }
}

interface Listed {
  readonly nftables?: readonly {
    readonly chain?: { readonly name: string };
    readonly set?: { readonly name: string };
  }[];
}

/** What an earlier node has put there that comes and goes. */
async function listTable(node: string): Promise<Set<string>> {
  const text = await runCommand('nft', ['-j', 'list', 'table', 'ip', node]).catch(() => '{}');
  const { nftables = [] } = JSON.parse(text) as Listed;
  const found = nftables.flatMap(({ chain, set }) => chain?.name ?? set?.name ?? []);
  return new Set(found.filter(isOfService));
}
