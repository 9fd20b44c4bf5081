import { sql, type Sql } from '../../core/sql.ts'
import { defineRecognizer } from '../recognizer.ts'

const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])'
const V4 = `${OCTET}(?:[.]${OCTET}){3}`
const HEX = '[0-9A-Fa-f]{1,4}'
/** RFC 4291 §2.2: eight groups, or fewer around one `::`. */
const V6 = [
  `(?:${HEX}:){7}${HEX}`,
  `(?:${HEX}:){1,7}:`,
  ...Array.from({ length: 6 }, (_, index) => `(?:${HEX}:){1,${6 - index}}(?::${HEX}){1,${index + 1}}`),
  `:(?::${HEX}){1,7}`,
  `::ffff:${V4}`,
]
  .toReversed()
  .join('|')

/** `3.14.15.9` is more often a version: four small numbers are an address only in a private range or with a number of three digits. */
const LIKELY_V4 = '(?:10|127)[.].*|(?:.*[.])?[12][0-9]{2}(?:[.].*)?'
const isLikely = {
  sql: (match: Sql) =>
    sql`(case when contains(${match}, ':') then regexp_matches(${match}, '[0-9]') else regexp_full_match(${match}, ${LIKELY_V4}) end)`,
  text: (match: string) => (match.includes(':') ? /[0-9]/.test(match) : new RegExp(`^(?:${LIKELY_V4})$`, 'u').test(match)),
}
const SUBNET = '(?:/[0-9]{1,3})?'

export const ipAddress = defineRecognizer({
  id: 'IP_ADDRESS',
  title: 'IP address',
  source: 'RFC 791 dotted decimals and RFC 4291 §2.2; personal data by CJEU C-582/14 (Breyer)',
  needs: 'dotted',
  spans: [
    { pattern: `\\b${V4}\\b`, group: 0, confirm: isLikely },
    { pattern: `(?:^|[\\s(,;="'\\[])(${V6})(?:$|[\\s),;"'\\]/.%])`, group: 1, confirm: isLikely },
    { pattern: `\\b(?i:ip|ip-adresse|ip address)[: ]{1,2}(${V4})\\b`, group: 1 },
  ],
  whole: `(?:${V4}|${V6})${SUBNET}`,
  strong: isLikely.sql,
  resembles: (cell) => sql`(strlen(${cell}) <= 15 and contains(${cell}, '.') and not contains(${cell}, '@'))`,
  digits: null,
  chance: 0,
  strongShare: 0.2,
  context: ['ip', 'ipaddress', 'ipv4', 'ipv6', 'ip_address', 'ip_adresse', 'host'],
  against: ['version', 'ver', 'release', 'build', 'firmware', 'oid', 'section'],
  patternScore: 0.7,
  confirmedScore: 0.95,
  normalise: (cell) => sql`lower(trim(${cell}))`,
  normalisesAnything: true,
  mask: (cell) =>
    sql`(case when contains(${cell}, ':') then regexp_extract(trim(${cell}), '^[0-9A-Fa-f]*:[0-9A-Fa-f]*') || ':***' else regexp_extract(trim(${cell}), '^[0-9]+[.][0-9]+') || '.*.*' end)`,
  examples: {
    found: [
      '192.168.1.20',
      '10.0.0.1',
      '203.0.113.7',
      '2001:db8::1',
      'fe80::1ff:fe23:4567:890a',
      '2001:0db8:85a3:0000:0000:8a2e:0370:7334',
    ],
    ignored: ['3.14.15.9', 'v3.14.15.9', '256.1.1.1', '12:30:45', '2024-01-01 10:20:30', 'std::string', '1.2.3'],
  },
})
