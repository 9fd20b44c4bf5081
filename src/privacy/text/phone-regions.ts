import { Metadata, type CountryCode } from 'libphonenumber-js/max'

/** What decides quickly whether digits can be a number of a region, before the library is asked. */
export interface PhoneRegion {
  region: CountryCode
  callingCode: string
  /** Written before a national number, e.g. `0`; empty where there is none. */
  prefix: string
  lengths: ReadonlySet<number>
  national: RegExp
  /** Whether numbers that begin so are written with the prefix; null says no number is. */
  formats: readonly { leading: RegExp | null; needsPrefix: boolean }[]
}

/** The parts of the library's numbering plan that its types leave out. */
interface NumberingPlan {
  nationalNumberPattern(): string
  nationalPrefix(): string | undefined
  possibleLengths(): number[]
  formats(): {
    leadingDigitsPatterns(): string[]
    nationalPrefixFormattingRule(): string | undefined
    nationalPrefixIsOptionalWhenFormattingInNationalFormat(): boolean
    usesNationalPrefix(): boolean
  }[]
}

const known = new Map<string, PhoneRegion | null>()

/** The region's rules out of libphonenumber's data, or null where it has none for the code (ISO 3166-1 alpha-2, upper case). */
export function phoneRegion(code: string): PhoneRegion | null {
  const earlier = known.get(code)
  if (earlier !== undefined) return earlier
  const metadata = new Metadata()
  const region = isCountry(metadata, code) ? describe(metadata, code) : null
  known.set(code, region)
  return region
}

function isCountry(metadata: Metadata, code: string): code is CountryCode {
  return (metadata as Metadata & { hasCountry(country: string): boolean }).hasCountry(code)
}

function describe(metadata: Metadata, region: CountryCode): PhoneRegion {
  metadata.selectNumberingPlan(region)
  const plan = metadata.numberingPlan as unknown as NumberingPlan & { callingCode(): string }
  return {
    region,
    callingCode: plan.callingCode(),
    prefix: plan.nationalPrefix() ?? '',
    lengths: new Set(plan.possibleLengths()),
    national: new RegExp(`^(?:${plan.nationalNumberPattern()})$`),
    formats: plan.formats().map((format) => ({
      // The last of its patterns is the most precise.
      leading: format.leadingDigitsPatterns().length === 0 ? null : new RegExp(`^(?:${format.leadingDigitsPatterns().at(-1)})`),
      needsPrefix:
        Boolean(format.nationalPrefixFormattingRule()) &&
        format.usesNationalPrefix() &&
        !format.nationalPrefixIsOptionalWhenFormattingInNationalFormat(),
    })),
  }
}
