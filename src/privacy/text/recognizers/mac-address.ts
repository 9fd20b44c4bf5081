import { defineTextRecognizer } from '../text-recognizer.ts'

const BEFORE = '(?<![\\p{L}\\p{N}_]|[0-9a-f][:.-])'
const AFTER = '(?![\\p{L}\\p{N}_]|[:.-][0-9a-f])'

/** The hardware address of one network card; the broadcast and the empty address are nobody's. */
export const macAddress = defineTextRecognizer({
  id: 'mac-address',
  entity: 'MAC_ADDRESS',
  title: 'MAC address',
  source: 'IEEE 802-2014, 8.1: EUI-48 in hexadecimal, six pairs by colon or hyphen or three groups by full stop',
  presidio: 'MacAddressRecognizer',
  locale: 'global',
  languages: [],
  gate: { text: [':', '-', '.'] },
  patterns: [
    { name: 'pairs', regex: `${BEFORE}[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\\1){4}[0-9a-f]{2}${AFTER}`, score: 0.6 },
    { name: 'groups of four', regex: `${BEFORE}[0-9a-f]{4}\\.[0-9a-f]{4}\\.[0-9a-f]{4}${AFTER}`, score: 0.6 },
  ],
  validate: (match) => (/^[0:.-]+$|^[f:.-]+$/i.test(match) ? false : null),
  context: ['mac', 'hardware', 'ethernet', 'physical address', 'bssid', 'wifi', 'netkort'],
  examples: {
    found: ['00-1A-2B-3C-4D-5E', '0012.3456.789A', '0d:b3:4a:6a:d9:cf'],
    ignored: ['00:1A:2B:3C:4D', 'FF:FF:FF:FF:FF:FF', '00:00:00:00:00:00', '00:1A-2B:3C-4D:5E', '00:11:22:33:44:55:66:77'],
  },
})
