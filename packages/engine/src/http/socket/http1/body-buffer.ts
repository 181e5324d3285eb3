/** Gathers a body up to a limit; what is beyond it is counted and dropped. */
export class BodyBuffer {
  readonly #limit: number;
  #bytes: Buffer | undefined;
  #length = 0;
  #shared = true;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How much has come. */
  get length(): number {
    return this.#length;
  }

  get tooLarge(): boolean {
    return this.#length > this.#limit;
  }

  add(part: Buffer): void {
    const length = this.#length + part.length;
    if (length > this.#limit) this.#bytes = undefined;
    else if (this.#bytes === undefined) this.#bytes = part;
    else this.#append(part, length);
    this.#length = length;
  }

  take(): Buffer {
    return this.#bytes?.subarray(0, this.#length) ?? Buffer.alloc(0);
  }

  /** One piece of memory, however many parts there are: a body may come byte by byte. */
  #append(part: Buffer, length: number): void {
    const bytes = this.#bytes as Buffer;
    if (this.#shared || length > bytes.length) {
      this.#bytes = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(2 * length, 16_384)));
      bytes.copy(this.#bytes, 0, 0, this.#length);
      this.#shared = false;
    }
    part.copy(this.#bytes as Buffer, this.#length);
  }
}
