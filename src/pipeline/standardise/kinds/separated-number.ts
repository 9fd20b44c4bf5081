import { sql } from '../../../core/sql.ts'
import { defineKind, type Measures } from '../kind.ts'
import { COMMA, digitCounts, DOT, exactNumberType, numberPattern, plainNumber, tryCast, type NumberStyle } from './number-style.ts'

/** Numbers with decimal commas or grouped thousands: `1.234,56`, `1,234.56`, `2,5`. The column decides; where it fits both, the file's setting. */
export const separatedNumber = defineKind({
  id: 'separated-number',
  probe: (cell) => sql`(regexp_full_match(${cell}, ${numberPattern(COMMA)}) or regexp_full_match(${cell}, ${numberPattern(DOT)}))`,
  measures: (cell) => {
    const comma = digitCounts(plainNumber(cell, COMMA))
    const dot = digitCounts(plainNumber(cell, DOT))
    return {
      commaFits: sql`count(*) filter (where regexp_full_match(${cell}, ${numberPattern(COMMA)}))`,
      commaWhole: sql`max(${comma.whole})`,
      commaScale: sql`max(${comma.scale})`,
      dotFits: sql`count(*) filter (where regexp_full_match(${cell}, ${numberPattern(DOT)}))`,
      dotWhole: sql`max(${dot.whole})`,
      dotScale: sql`max(${dot.scale})`,
    }
  },
  resolve: (measures, { present, text }) => {
    const style = chooseStyle(measures, present, text.decimal)
    if (style === null) return null
    const [whole, scale] = style === COMMA ? [measures.commaWhole!, measures.commaScale!] : [measures.dotWhole!, measures.dotScale!]
    const type = exactNumberType(whole, scale)
    if (type === null) return null
    const reason =
      style === COMMA
        ? 'every value is a number with a decimal comma or dots between thousands'
        : 'every value is a number with commas between thousands'
    return { type, cast: (cell) => tryCast(plainNumber(cell, style), type), misfits: 0, ambiguous: 0, reason, noun: 'a number' }
  },
})

function chooseStyle({ commaFits, dotFits }: Measures, present: number, decimal: '.' | ','): NumberStyle | null {
  if (commaFits === present && dotFits === present) return decimal === ',' ? COMMA : DOT
  if (commaFits === present) return COMMA
  return dotFits === present ? DOT : null
}
