import { digitsOf, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** 00 US government, 01–12 Federal Reserve districts, 21–32 thrifts, 61–72 electronic, 80 traveller's cheques. */
const DISTRICT = '(?:0[0-9]|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)'

/** Modulus 10 with weights 3, 7, 1. */
function isRoutingNumber(match: string): boolean {
  const digits = digitsOf(match)
  return digits !== '000000000' && weightedSum(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0
}

export const abaRoutingNumber = defineTextRecognizer({
  id: 'aba-routing-number',
  entity: 'ABA_ROUTING_NUMBER',
  title: 'ABA routing transit number',
  source: 'American Bankers Association, Routing Number Policy; ANSI X9.13',
  presidio: 'AbaRoutingRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 9 },
  patterns: [
    { name: 'grouped', regex: alone(`${DISTRICT}[0-9]{2}-[0-9]{4}-[0-9]`), score: 0.3 },
    { name: 'bare', regex: alone(`${DISTRICT}[0-9]{7}`), score: 0.05 },
  ],
  validate: isRoutingNumber,
  context: ['aba', 'routing', 'abarouting', 'association', 'bankrouting', 'rtn', 'transit'],
  examples: {
    found: ['121000358', '3222-7162-7', '0711-0130-7', '101205681'],
    ignored: ['121000359', '421042111', '1234-0000-0', '12100035', '1210003588', '000000000'],
  },
})
