import type { RunFilter } from '../../contract/run-endpoints.ts'
import { serverNow } from './session.ts'

/** What stands in the address of the page of runs. */
export interface RunSearch {
  tab?: 'list' | 'dead' | 'timeline' | undefined
  state?: string | undefined
  trigger?: string | undefined
  pipeline?: string | undefined
  q?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const HOUR = 3_600_000

/** A moment of the address in ms: an instant, or so long before now as `-24h` says. */
export function momentOf(text: string): number {
  const relative = /^-(\d+)([hd])$/.exec(text)
  if (relative === null) return Date.parse(text)
  return serverNow() - Number(relative[1]) * (relative[2] === 'h' ? HOUR : 24 * HOUR)
}

/** What the server is asked for. */
export function filterOf({ state, trigger, pipeline, q, from, to, tab }: RunSearch): RunFilter {
  const at = (text: string | undefined) => (text === undefined ? undefined : new Date(momentOf(text)).toISOString())
  return { state, trigger, pipeline, search: q, from: at(from), to: at(to), gaveUp: tab === 'dead' ? 'open' : undefined }
}

/** Whether anything but the tab narrows the list. */
export function isFiltered({ tab: _tab, ...rest }: RunSearch): boolean {
  return Object.values(rest).some((value) => value !== undefined)
}
