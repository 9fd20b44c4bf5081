import { boundedMatches } from './bounded-matches.ts'

export interface AllowOptions {
  /** What is known not to be personal data. */
  allowList?: readonly string[]
  /** `exact` (unless told): the finding is one of the texts. `regex`: one of the expressions (flags `giu`) matches somewhere in it. */
  allowListMatch?: 'exact' | 'regex'
  /** Flags of the expressions. */
  allowListFlags?: string
}

/** A test of what was found; null where nothing is allowed. The test throws AtlasError `pii.bad_pattern`. */
export function allowTest({
  allowList = [],
  allowListMatch = 'exact',
  allowListFlags = 'giu',
}: AllowOptions): ((found: string) => boolean) | null {
  if (allowList.length === 0) return null
  if (allowListMatch === 'regex') {
    const source = allowList.map((one) => `(?:${one})`).join('|')
    return (found) => boundedMatches(source, allowListFlags, found).length > 0
  }
  const allowed = new Set(allowList)
  return (found) => allowed.has(found)
}
