import { defineTextRecognizer, type RawMatch } from '../text-recognizer.ts'
import { isTopLevelDomain } from '../top-level-domains.ts'

/** Characters of the dot-atom of RFC 5322 except those that as a rule end the word before an address (`=`, `/`, quotes, braces). */
const LOCAL = /[\p{L}\p{M}\p{N}_.%+'&!#$*^~-]/u
/** The same for ASCII. */
const IS_LOCAL = Uint8Array.from({ length: 128 }, (_, code) => (LOCAL.test(String.fromCharCode(code)) ? 1 : 0))
const LOCAL_START = /[\p{L}\p{N}_]/u
const WORD = '[\\p{L}\\p{M}\\p{N}]'
const DOMAIN = new RegExp(
  `(?:${WORD}(?:[\\p{L}\\p{M}\\p{N}-]{0,61}${WORD})?\\.){1,8}(?:xn--[a-z0-9-]{2,59}|[\\p{L}\\p{M}]{2,63})(?![\\p{L}\\p{N}_]|-[\\p{L}\\p{N}])`,
  'iuy',
)
const LONGEST_LOCAL = 64
/** The user of a version control server, which is nobody: `git@github.com:owner/name`. */
const SERVICES = /^(?:git|svn|hg)@/i

/** Where the part before an @ begins; the @ itself where there is none. Walks back, so that a text of any shape takes time by its length. */
function localStart(text: string, at: number): number {
  let index = at
  while (index > 0 && at - index < LONGEST_LOCAL && isLocal(text, index)) index -= 1
  while (index < at && !LOCAL_START.test(text.charAt(index))) index += 1
  return /[.'&%*^]$/.test(text.slice(index, at)) ? at : index
}

/** Whether the character before the index belongs to a local part. Letters beyond the basic plane do as well. */
function isLocal(text: string, index: number): boolean {
  const code = text.charCodeAt(index - 1)
  return code < 128 ? IS_LOCAL[code] === 1 : LOCAL.test(text.charAt(index - 1))
}

function findAddresses(text: string): RawMatch[] {
  const matches: RawMatch[] = []
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at)
    if (start === at) continue
    DOMAIN.lastIndex = at + 1
    const domain = DOMAIN.exec(text)?.[0]
    if (domain === undefined) continue
    const end = at + 1 + domain.length
    const address = text.slice(start, end)
    if (SERVICES.test(address) || address.includes('..')) continue
    const isKnown = isTopLevelDomain(domain.slice(domain.lastIndexOf('.') + 1))
    matches.push({ start, end, score: isKnown ? 1 : 0.5, pattern: 'address', checksum: isKnown ? true : null })
  }
  return matches
}

/** An e-mail address, internationalised ones too; in a domain that is not public with less certainty. */
export const emailAddress = defineTextRecognizer({
  id: 'email-address',
  entity: 'EMAIL_ADDRESS',
  title: 'E-mail address',
  source: 'RFC 5321 and RFC 5322 (dot-atom), RFC 6531 (international local parts), RFC 5890 (international domains)',
  presidio: 'EmailRecognizer',
  locale: 'global',
  languages: [],
  gate: { text: ['@'] },
  patterns: [],
  find: findAddresses,
  context: ['mail', 'e-mail', 'email', 'mailto', 'epost', 'e-post', 'sähköposti', 'netfang'],
  examples: {
    found: [
      'søren@firma.dk',
      'info@presidio.site',
      'user@xn--80ak6aa92e.com',
      "o'brien+tag@mail.example.co.uk",
      'жук@пример.рф',
      'jens@server.internal',
    ],
    ignored: ['react@18.2.0', 'user@localhost', 'git@github.com:owner/name', 'a..b@', '@types/node', '@@@@'],
  },
})
