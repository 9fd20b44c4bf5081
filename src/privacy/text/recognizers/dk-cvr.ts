import { digitsOf, weightedSum } from '../checksums.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SHAPE = /(?<![\p{L}\p{N}_]|[0-9][., /-])[1-9][0-9](?:[0-9]{6}|(?: [0-9]{2}){3}| [0-9]{3} [0-9]{3})(?![\p{L}\p{N}_]|[., /-][0-9])/gu

/** Whether eight digits pass the modulus 11 check of CVR numbers. */
export function passesCvr(digits: string): boolean {
  return weightedSum(digits, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
}

/** Nine of a hundred numbers of eight digits pass, so it takes a context word. */
function judge(match: string): Judgement | null {
  return passesCvr(digitsOf(match)) ? { score: 0.2, checksum: true } : null
}

/** The Danish company number, which is personal for firms of one person. */
export const dkCvr = defineTextRecognizer({
  id: 'dk-cvr',
  entity: 'DK_CVR',
  title: 'Danish company number (CVR)',
  source: 'Erhvervsstyrelsen, CVR-nummer: eight digits, modulus 11 with weights 2, 7, 6, 5, 4, 3, 2, 1',
  presidio: null,
  locale: 'dk',
  languages: ['da', 'en'],
  gate: { digits: 8 },
  patterns: [],
  find: findByPattern('eight digits', SHAPE, judge),
  context: ['cvr', 'cvr-nr', 'cvrnr', 'cvr-nummer', 'cvrnummer', 'se-nr', 'virksomhedsnummer', 'momsnr', 'virksomhed'],
  against: ['ordrenr', 'ordre', 'faktura', 'tlf', 'telefon', 'mobil', 'build'],
  examples: { found: ['13585628', '13 58 56 28'], ignored: ['13585629', '03585628', '135856280', 'DK13585628'] },
})
