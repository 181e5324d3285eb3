/** Names within names: an inner one hides an outer one. */
export class Scope<T> {
  readonly #name: string | undefined;
  readonly #value: T | undefined;
  readonly #outer: Scope<T> | undefined;

  constructor(own?: { readonly name: string; readonly value: T; readonly outer: Scope<T> }) {
    this.#name = own?.name;
    this.#value = own?.value;
    this.#outer = own?.outer;
  }

  with(name: string, value: T): Scope<T> {
    return new Scope({ name, value, outer: this });
  }

  get(name: string): T | undefined {
    return this.#name === name ? this.#value : this.#outer?.get(name);
  }
}
