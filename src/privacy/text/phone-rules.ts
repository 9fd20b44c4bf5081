import { type PhoneRegion, phoneRegion } from './phone-regions.ts'

/** Most digits that a number is read with. */
const mostDigits = 18

/** The regions that national numbers are read by. */
export interface PhoneRules {
  /** By number of digits: the regions that write numbers with so many. */
  byLength: readonly (readonly PhoneRegion[])[]
  isEmpty: boolean
}

const known = new WeakMap<readonly string[], PhoneRules>()

/** The rules of regions by their codes; those without numbering plan are left out. Made once for each list. */
export function phoneRules(codes: readonly string[]): PhoneRules {
  const earlier = known.get(codes)
  if (earlier !== undefined) return earlier
  const regions = codes.map(phoneRegion).filter((region) => region !== null)
  const byLength = Array.from({ length: mostDigits + 1 }, (_, length) =>
    regions.filter((region) => ((region.writtenLengths >> length) & 1) === 1),
  )
  const rules = { byLength, isEmpty: regions.length === 0 }
  known.set(codes, rules)
  return rules
}
