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
const findBare = findByPattern('domain', BARE, judgeBare)

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
