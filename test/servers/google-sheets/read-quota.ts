import { apiErrors } from './api-error.ts'

/** Read requests for each minute of the clock, for each user and for the whole project; full again when the minute turns. */
export class ReadQuota {
  perUser = 60
  perProject = 300
  readonly #now: () => number
  #minute = -1
  #used = new Map<string, number>()
  #all = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes one request. @throws ApiError 429 */
  take(user: string): void {
    const minute = Math.floor(this.#now() / 60_000)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#used = new Map()
      this.#all = 0
    }
    const used = this.#used.get(user) ?? 0
    if (used >= this.perUser) throw apiErrors.quota('user')
    if (this.#all >= this.perProject) throw apiErrors.quota('project')
    this.#used.set(user, used + 1)
    this.#all++
  }
}
