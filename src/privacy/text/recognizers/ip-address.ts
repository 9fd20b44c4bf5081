import { defineTextRecognizer } from '../text-recognizer.ts'
import { findAll, findByPattern, type Judgement } from '../find-by-pattern.ts'

const OCTET = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])'
const V4 = new RegExp(
  `(?<![\\p{L}\\p{N}_]|[0-9]\\.)${OCTET}(?:\\.${OCTET}){3}(?:/(?:3[0-2]|[12]?[0-9])(?![0-9]))?(?![\\p{L}\\p{N}_])`,
  'gu',
)
const HEX = '[0-9A-Fa-f]{0,4}'
const V6 = new RegExp(
  `(?<![\\p{L}\\p{N}_.]|[0-9A-Fa-f]:)(?:${HEX}:)(?:${HEX}:){1,7}${HEX}(?:(?:\\.[0-9]{1,3}){3})?(?![\\p{L}\\p{N}_:])(?:%[A-Za-z0-9_-]{1,15}(?:\\.[0-9]{1,4})?)?(?:/[0-9]{1,3}(?![0-9]))?`,
  'gu',
)

const findV4 = findByPattern('IPv4', V4, () => ({ score: 0.6, checksum: null }))
const findV6 = findByPattern('IPv6', V6, judgeV6)

/** An address whose groups are right. Cuts off a colon that belongs to the sentence and a prefix length that cannot be. */
function judgeV6(entity: string, _text: string, start: number): Judgement | null {
  const [withZone = '', prefix] = entity.split('/')
  const [written = ''] = withZone.split('%')
  const address = /[^:]:$/.test(written) ? written.slice(0, -1) : written
  if (!isV6(address)) return null
  const isWhole = address === written && (prefix === undefined || Number(prefix) <= 128)
  const end = start + (isWhole ? entity.length : address === written ? withZone.length : address.length)
  // `::` and words of the letters a to f say too little: they stand in source code as well.
  return { score: /[0-9]/.test(address) ? 0.6 : 0.1, checksum: null, end }
}

/** RFC 4291 section 2.2: eight groups, one run of them shortened to `::`, the last two perhaps as an IPv4 address. */
function isV6(address: string): boolean {
  const tail = /(?:^|:)([0-9.]+\.[0-9.]+)$/.exec(address)?.[1]
  if (tail !== undefined && !new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`).test(tail)) return false
  const halves = (tail === undefined ? address : `${address.slice(0, -tail.length)}0:0`).split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  if (groups.includes('')) return false
  return halves.length === 2 ? groups.length <= 7 : groups.length === 8
}

/** An Internet address of version 4 or 6, with its zone and prefix length. */
export const ipAddress = defineTextRecognizer({
  id: 'ip-address',
  entity: 'IP_ADDRESS',
  title: 'IP address',
  source: 'RFC 791, RFC 4291 (text forms, IPv4 in IPv6), RFC 4007 (zones), RFC 4632 (prefix lengths)',
  presidio: 'IpRecognizer',
  locale: 'global',
  languages: [],
  gate: { text: [':', '.'] },
  patterns: [],
  find: findAll(findV6, findV4),
  context: ['ip', 'ipv4', 'ipv6', 'ip-adresse', 'address', 'host', 'gateway', 'subnet'],
  against: ['version', 'v.', 'ver', 'release', 'build', 'oid', 'udgave'],
  examples: {
    found: ['192.168.1.0/24', '2001:db8::192.168.1.1', 'fe80::1%eth0/64', '2345:0425:2CA1:0000:0000:0567:5673:23b5', '::1'],
    ignored: [
      '256.256.256.256',
      'v3.14.15.9',
      '12:34:56',
      'MyClass::toString',
      ':::',
      '684D:1111:222:3333:4444:5555:77',
      '::ffff:256.0.0.1',
    ],
  },
})
