import type { PhoneFormat, PhoneRegion } from './phone-regions.ts'

/** A number as it was understood. */
export interface ReadNumber {
  region: PhoneRegion
  /** Digits without calling code and prefix. */
  national: string
  /** The candidate begins with its calling code. */
  hasCallingCode: boolean
}

/** How the number is written in its region; undefined where the data says nothing of it. */
export function formatOf({ region, national }: ReadNumber): PhoneFormat | undefined {
  for (const format of region.formats)
    if ((format.leading === null || format.leading.test(national)) && format.groups.test(national)) return format
  return undefined
}

/**
 * Whether digits that belong together are written together, as libphonenumber's leniency levels say.
 * @param candidate as written
 * @param isExact true: all groups just as the region writes them, or one block; false: no group is broken up
 * @param format that of the number
 */
export function isGroupedWell(number: ReadNumber, candidate: string, isExact: boolean, format: PhoneFormat | undefined): boolean {
  // One block of nothing but the number itself.
  if (candidate.length === number.national.length) return true
  const groups = format?.groups.exec(number.national)?.slice(1) ?? [number.national]
  return isExact ? areExactlyPresent(groups, number.national, candidate) : remainGrouped(groups, number, candidate)
}

function areExactlyPresent(groups: readonly string[], national: string, candidate: string): boolean {
  const written = candidate.split(/[^0-9]+/).filter((group) => group !== '')
  if (written.length === 1 || written.at(-1)?.endsWith(national) === true) return true
  const offset = written.length - groups.length
  if (offset < 0) return false
  return groups.every((group, index) => {
    const there = written[offset + index] ?? ''
    // A national prefix may stand before the first group.
    return index === 0 ? there.endsWith(group) : there === group
  })
}

function remainGrouped(groups: readonly string[], { region, national, hasCallingCode }: ReadNumber, candidate: string): boolean {
  let from = hasCallingCode ? candidate.indexOf(region.callingCode) + region.callingCode.length : 0
  for (const [index, group] of groups.entries()) {
    const at = candidate.indexOf(group, from)
    if (at === -1) return false
    from = at + group.length
    const next = candidate.charCodeAt(from)
    // Where nothing stands after the area code, nothing may stand further on.
    if (index === 0 && region.prefix !== '' && next >= 48 && next <= 57) return candidate.startsWith(national, at)
  }
  return true
}
