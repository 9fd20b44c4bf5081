import { getCountries, getCountryCallingCode, Metadata, type CountryCode } from 'libphonenumber-js/max'

/** The numbering plan of a region, as far as it decides whether digits are a number of it and how they are written. */
export interface PhoneRegion {
  callingCode: string
  /** Written before a national number, e.g. `0`; empty where there is none. */
  prefix: string
  /** A bit for each number of digits that a number can have, without prefix. */
  lengths: number
  /** A bit for each number of digits that a number can be written with: as it is, after the prefix or after the calling code. */
  writtenLengths: number
  /** Numbers in use: of a fixed line, a mobile phone, a service. Whole, without prefix. */
  inUse: RegExp
  formats: readonly PhoneFormat[]
  /** Most digits in the first group of a number that is written in several. */
  firstGroup: number
}

export interface PhoneFormat {
  /** What numbers written so begin with; null for any. */
  leading: RegExp | null
  /** Whole number, a capture for each group of digits. */
  groups: RegExp
  /** Whether the prefix must be there. */
  needsPrefix: boolean
}

/** The parts of the library's numbering plan that its types leave out. */
interface NumberingPlan {
  callingCode(): string
  nationalNumberPattern(): string
  /** 0, the number, where there is none. */
  nationalPrefix(): string | 0 | undefined
  possibleLengths(): number[]
  type(name: string): { pattern(): string } | undefined
  formats(): {
    pattern(): string
    leadingDigitsPatterns(): string[]
    nationalPrefixFormattingRule(): string | undefined
    nationalPrefixIsOptionalWhenFormattingInNationalFormat(): boolean
    usesNationalPrefix(): boolean
  }[]
}

const TYPES = ['FIXED_LINE', 'MOBILE', 'TOLL_FREE', 'PREMIUM_RATE', 'PERSONAL_NUMBER', 'VOICEMAIL', 'UAN', 'PAGER', 'VOIP', 'SHARED_COST']
/** The regions that share a calling code. */
export interface InternationalPlans {
  regions: readonly PhoneRegion[]
  callingCode: string
}

const known = new Map<string, PhoneRegion>()
const plans = new Map<string, InternationalPlans>()
const countries = new Set<string>(getCountries())
const byCallingCode = Map.groupBy(getCountries(), (country) => String(getCountryCallingCode(country)))

/** The region's plan out of libphonenumber's data, or null where it has none for the code (ISO 3166-1 alpha-2, upper case). */
export function phoneRegion(code: string): PhoneRegion | null {
  const earlier = known.get(code)
  if (earlier !== undefined) return earlier
  if (!isCountry(code)) return null
  const region = describe(code)
  known.set(code, region)
  return region
}

/** The regions of an international number and its digits after the calling code; null where no calling code fits. */
export function regionsOfInternational(digits: string): InternationalPlans | null {
  for (let length = 1; length <= 3; length++) {
    const callingCode = digits.slice(0, length)
    const found = plansOf(callingCode)
    if (found !== null) return found
  }
  return null
}

function plansOf(callingCode: string): InternationalPlans | null {
  const earlier = plans.get(callingCode)
  if (earlier !== undefined) return earlier
  const codes = byCallingCode.get(callingCode)
  if (codes === undefined) return null
  const found = { regions: codes.map(phoneRegion).filter((region) => region !== null), callingCode }
  plans.set(callingCode, found)
  return found
}

function isCountry(code: string): code is CountryCode {
  return countries.has(code)
}

function describe(code: CountryCode): PhoneRegion {
  const metadata = new Metadata()
  metadata.selectNumberingPlan(code)
  const plan = metadata.numberingPlan as unknown as NumberingPlan
  const prefix = plan.nationalPrefix()
  const lengths = plan.possibleLengths()
  const before = [0, typeof prefix === 'string' ? prefix.length : 0, plan.callingCode().length]
  const formats = plan.formats()
  const types = TYPES.flatMap((name) => plan.type(name)?.pattern() ?? [])
  return {
    callingCode: plan.callingCode(),
    prefix: typeof prefix === 'string' ? prefix : '',
    lengths: lengths.reduce((bits, length) => bits | (1 << length), 0),
    writtenLengths: lengths.flatMap((length) => before.map((more) => 1 << (length + more))).reduce((bits, bit) => bits | bit, 0),
    inUse: new RegExp(`^(?:${types.length === 0 ? plan.nationalNumberPattern() : types.join('|')})$`),
    formats: formats.map((format) => ({
      // The last of its patterns is the most precise.
      leading: format.leadingDigitsPatterns().length === 0 ? null : new RegExp(`^(?:${format.leadingDigitsPatterns().at(-1)})`),
      groups: new RegExp(`^(?:${format.pattern()})$`),
      needsPrefix:
        Boolean(format.nationalPrefixFormattingRule()) &&
        format.usesNationalPrefix() &&
        !format.nationalPrefixIsOptionalWhenFormattingInNationalFormat(),
    })),
    firstGroup: Math.max(0, ...formats.map((format) => firstGroupOf(format.pattern()))),
  }
}

/** Most digits in the first of several groups of a pattern such as `(\d{2,3})(\d{4})`; 0 for a pattern of one group. */
function firstGroupOf(pattern: string): number {
  const [first = '', second] = pattern.split(')(')
  if (second === undefined) return 0
  if (!/^\((?:(?:\\d|\[[-0-9]+\]|[0-9])(?:\{[0-9,]+\})?)+$/.test(first)) return Infinity
  return [...first.matchAll(/(?:\\d|\[[-0-9]+\]|[0-9])(?:\{(?:[0-9]+,)?([0-9]+)\})?/g)].reduce(
    (sum, [, most]) => sum + Number(most ?? 1),
    0,
  )
}
