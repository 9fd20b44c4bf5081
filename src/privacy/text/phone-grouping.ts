import type { PhoneNumber } from 'libphonenumber-js/max'

/**
 * Whether digits that belong together are written together, as libphonenumber's leniency levels say.
 * @param candidate as written
 * @param isExact true: all groups just as the library writes them, or one block; false: no group is broken up
 * @param hasCallingCode the candidate begins with its calling code
 */
export function isGroupedWell(number: PhoneNumber, candidate: string, isExact: boolean, hasCallingCode: boolean): boolean {
  const groups = number
    .formatInternational()
    .split(/[^0-9]+/)
    .slice(2)
  return isExact ? areExactlyPresent(groups, number.nationalNumber, candidate) : remainGrouped(groups, number, candidate, hasCallingCode)
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

function remainGrouped(groups: readonly string[], number: PhoneNumber, candidate: string, hasCallingCode: boolean): boolean {
  let from = hasCallingCode ? candidate.indexOf(number.countryCallingCode) + number.countryCallingCode.length : 0
  for (const [index, group] of groups.entries()) {
    const at = candidate.indexOf(group, from)
    if (at === -1) return false
    from = at + group.length
    // Where nothing stands after the area code, nothing may stand further on.
    if (index === 0 && /[0-9]/.test(candidate.charAt(from)) && number.countryCallingCode !== '45' && number.countryCallingCode !== '47')
      return (
        groups.length === 1 ||
        candidate
          .slice(at)
          .replace(/[ \u00a0-]/g, '')
          .startsWith(number.nationalNumber)
      )
  }
  return true
}
