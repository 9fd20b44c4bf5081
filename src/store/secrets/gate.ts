/** Lets many pass at once, or one alone: whoever wants to be alone waits for those inside and holds up those that come after. */
export class Gate {
  #inside = 0
  #alone: Promise<unknown> = Promise.resolve()
  #waiting: (() => void) | null = null

  async shared<T>(work: () => Promise<T>): Promise<T> {
    for (let seen: Promise<unknown> | null = null; seen !== this.#alone;) {
      seen = this.#alone
      await seen
    }
    this.#inside += 1
    try {
      return await work()
    } finally {
      this.#inside -= 1
      if (this.#inside === 0) this.#waiting?.()
    }
  }

  alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#alone.then(async () => {
      if (this.#inside > 0) await new Promise<void>((resolve) => (this.#waiting = resolve))
      this.#waiting = null
      return work()
    })
    this.#alone = turn.catch(() => undefined)
    return turn
  }
}
