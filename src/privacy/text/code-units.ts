/**
 * The UTF-16 code units of a stretch of text in an array that is used again: a loop over it takes a third of the time of one over `charCodeAt`, which asks at
 * each place how the string is stored. For machines that are little-endian, as all are that DuckDB is built for.
 */
export class CodeUnits {
  units: Uint16Array
  #bytes: Buffer

  /** @param capacity how many code units it holds at first */
  constructor(capacity: number) {
    this.units = new Uint16Array(capacity)
    this.#bytes = Buffer.from(this.units.buffer)
  }

  /** Makes room for so many code units; what was written is lost where there was less. */
  ensure(capacity: number): void {
    if (capacity <= this.units.length) return
    this.units = new Uint16Array(capacity)
    this.#bytes = Buffer.from(this.units.buffer)
  }

  /** Writes a text whole, from an index of the array on. */
  write(text: string, index = 0): void {
    this.#bytes.write(text, index * 2, 'utf16le')
  }
}
