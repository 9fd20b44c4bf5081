import { findAll, findByPattern, type Judgement } from '../find-by-pattern.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'
import { isTopLevelDomain } from '../top-level-domains.ts'

const REST = '[^\\s<>"\'`\\u201c\\u201d]{0,2000}[^\\s<>"\'`\\u201c\\u201d.,;:!?)\\]}*]'
const SCHEMES = '(?:https?|ftps?|sftp|wss?)'
const WITH_SCHEME = new RegExp(
  `"${SCHEMES}://[^\\s<>"]{1,2000}"|'${SCHEMES}://[^\\s<>']{1,2000}'|(?<![\\p{L}\\p{N}_+.-])${SCHEMES}://${REST}`,
  'giu',
)
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?'
const BARE = new RegExp(
  `(?<![\\p{L}\\p{N}_@./:\\\\$-])(?:${LABEL}\\.){1,6}(?:xn--[a-z0-9-]{2,59}|\\p{L}{2,24})(?![\\p{L}\\p{N}_@(-]|\\.[\\p{L}\\p{N}_])(?::[0-9]{2,5})?(?:/${REST})?`,
  'giu',
)
/**
 * Domains that stand without a scheme in ordinary text. The other top-level domains are as often a file's ending (`main.rs`, `run.sh`), a field
 * (`user.name`), or the end of an abbreviation (`reg.nr`).
 */
const USUAL = new Set(
  (
    'com org net edu gov mil int biz eu dk se fi no de uk fr nl ch at ie pt it es gr cz hu ro bg hr si sk lv ee lu gl fo ca us au nz jp kr cn tw hk sg ' +
    'th vn ph br mx ar cl za ng eg tr ua ru il dev app io co cloud online shop site'
  ).split(' '),
)

/** As in the expressions, without regard to case. */
const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/iu
const [HYPHEN, DOT, NINE] = [45, 46, 57]
/** No domain by itself begins after one of these: it is that of an e-mail address, or belongs to a path. */
const NOT_BEFORE = '@/_:\\$'

/**
 * The start of the next run of letters, digits, hyphens and dots that has a dot before a letter. A domain begins at the start of such a run alone, since
 * none of these may stand before it. Each run is walked a fixed number of times, so that a text of any shape takes time by its length.
 */
function nextHost(text: string, from: number): number {
  for (let dot = text.indexOf('.', from); dot !== -1; dot = text.indexOf('.', dot + 1)) {
    // Most full stops end a sentence.
    if (!(text.charCodeAt(dot + 1) > NINE) || dot === 0 || text.charCodeAt(dot - 1) <= HYPHEN || !isOfHost(text, dot + 1)) continue
    let start = dot
    while (start > 0 && isOfHost(text, start - 1)) start -= 1
    if (start >= from && (start === 0 || !NOT_BEFORE.includes(text.charAt(start - 1)))) return start
    while (isOfHost(text, dot + 1)) dot += 1
  }
  return -1
}

function isOfHost(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  if (code < 128)
    return (code > 96 && code < 123) || (code > 64 && code < 91) || (code > 47 && code < 58) || code === DOT || code === HYPHEN
  if (!(code >= 0xd800 && code <= 0xdfff)) return LETTER_OR_DIGIT.test(text.charAt(at))
  // A half of a character beyond the 16 bits is what the whole is.
  const first = code < 0xdc00 ? at : at - 1
  return LETTER_OR_DIGIT.test(text.slice(Math.max(first, 0), first + 2))
}

function judgeScheme(entity: string): Judgement {
  const host = /:\/\/(?:[^/@\s]*@)?([^/:?#"'\s]+)/.exec(entity)?.[1] ?? ''
  const label = host.slice(host.lastIndexOf('.') + 1)
  // Hosts of a private network (`http://localhost:8080`) lead nowhere outside it.
  return { score: host.includes('.') && isTopLevelDomain(label) ? 0.6 : 0.3, checksum: null }
}

function judgeBare(entity: string): Judgement | null {
  const host = /^[^/:]+/.exec(entity)?.[0] ?? ''
  const label = host.slice(host.lastIndexOf('.') + 1)
  if (!isTopLevelDomain(label)) return null
  const isUsual = USUAL.has(label) || /^www\./i.test(host)
  return { score: isUsual ? 0.5 : 0.3, checksum: null }
}

const findWithScheme = findByPattern('with scheme', WITH_SCHEME, judgeScheme)
const findBare = findByPattern('domain', BARE, judgeBare, nextHost)

/** A web address, or the name of a domain. */
export const url = defineTextRecognizer({
  id: 'url',
  entity: 'URL',
  title: 'Web address',
  source: 'RFC 3986, RFC 1034 (labels), the IANA root zone',
  presidio: 'UrlRecognizer',
  locale: 'global',
  languages: [],
  gate: { text: ['.', '://'] },
  patterns: [],
  find: findAll(findWithScheme, findBare),
  context: ['url', 'website', 'link', 'hjemmeside', 'webside', 'web', 'site', 'domain', 'domæne', 'www'],
  examples: {
    found: [
      'http://microsoft.site',
      'https://www.firma.dk/søg?q=1',
      'microsoft.com',
      'www.firma.dk',
      '"https://presidio.dataprivacystack.org/"',
      'ftp://ftp.example.org/x',
    ],
    ignored: ['søren@firma.dk', '3.14', 'main.ts', 'file.txt', 'f.eks', 'user.getName()'],
  },
})
