import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const inVoter = defineTextRecognizer({
  id: 'in-voter',
  entity: 'IN_VOTER',
  title: 'Indian voter identity (EPIC) number',
  source: 'Election Commission of India, Handbook on EPIC: three letters of the constituency and seven digits',
  presidio: 'InVoterRecognizer',
  locale: 'in',
  languages: ['en'],
  gate: { digits: 7 },
  patterns: [
    // The commission publishes no list of codes: letters that look like digits and those at the end of the alphabet are taken for the rarer ones.
    { name: 'usual letters', regex: alone('[A-Z][A-HJ-NPRSY][A-Z][0-9]{7}'), score: 0.4 },
    { name: 'any letters', regex: alone('[A-Z]{3}[0-9]{7}'), score: 0.3 },
  ],
  context: ['voter', 'epic', 'elector', 'election', 'electoral'],
  examples: {
    found: ['KSD1287349', 'uzb2345117', 'MUP5632811'],
    ignored: ['zxdf8923q1', 'A8923571WZ', 'KSD128734', 'KSD12873499', 'XKSD1287349'],
  },
})
