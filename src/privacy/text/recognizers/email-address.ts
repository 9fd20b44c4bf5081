import { isTopLevelDomain } from '../top-level-domains.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const WORD = '[\\p{L}\\p{M}\\p{N}]'
/** Atoms of RFC 5322 that do not as a rule end the word before an address (`=`, `/`, quotes, braces). */
const LOCAL = `[\\p{L}\\p{N}_](?:[\\p{L}\\p{M}\\p{N}_.%+'&!#$*^~-]{0,62}[\\p{L}\\p{M}\\p{N}_+~$#!-])?`
const DOMAIN = `(?:${WORD}(?:[\\p{L}\\p{M}\\p{N}-]{0,61}${WORD})?\\.){1,8}(?:xn--[a-z0-9-]{2,59}|[\\p{L}\\p{M}]{2,63})`
/** The user of a version control server, which is nobody: `git@github.com:owner/name`. */
const SERVICES = /^(?:git|svn|hg)@/i

/** An e-mail address, internationalised ones too. */
export const emailAddress = defineTextRecognizer({
  id: 'email-address',
  entity: 'EMAIL_ADDRESS',
  title: 'E-mail address',
  source: 'RFC 5321 and RFC 5322 (dot-atom), RFC 6531 (international local parts), RFC 5890 (international domains)',
  presidio: 'EmailRecognizer',
  locale: 'global',
  languages: [],
  gate: { text: ['@'] },
  patterns: [{ name: 'address', regex: `(?<![\\p{L}\\p{N}_])${LOCAL}@${DOMAIN}(?![\\p{L}\\p{N}_]|-[\\p{L}\\p{N}])`, score: 0.5 }],
  validate: (match) => {
    if (SERVICES.test(match) || match.includes('..')) return false
    return isTopLevelDomain(match.slice(match.lastIndexOf('.') + 1)) ? true : null
  },
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
    ignored: ['react@18.2.0', 'user@localhost', 'git@github.com:owner/name', 'a..b@', '@types/node'],
  },
})
