import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { literal, sql } from '../../core/sql.ts'
import { defineCheck, type Judgement } from '../check.ts'
import { nothingMeasured, toNumber } from './bounds.ts'

const Percent = z.number().min(0)
const Options = z.strictObject({
  maxDropPercent: Percent.max(100).optional().meta({ title: 'Largest drop in percent' }),
  maxRisePercent: Percent.optional().meta({ title: 'Largest rise in percent' }),
})

export const rowCountChange = defineCheck({
  id: 'row-count-change',
  title: 'The number of rows changes little',
  dimension: 'completeness',
  description:
    'Compares the rows with those of the snapshot before: change = (rows - before) / before, in percent. Broken where it drops by more than `maxDropPercent` or rises by more than `maxRisePercent`; the limits themselves are allowed. A finding about the table: no row fails. Without an earlier snapshot it does not run. From 0 rows any rise is without measure and passes.',
  options: Options,
  column: () => null,
  plan: ({ maxDropPercent, maxRisePercent }, { previous }) => {
    if (maxDropPercent === undefined && maxRisePercent === undefined)
      throw new AtlasError('pipeline.invalid', 'A change of rows needs a limit.', { next: 'Give maxDropPercent, maxRisePercent or both.' })
    return {
      kind: 'measure',
      figures: () => ({ rows: sql`count(*)`, before: literal(previous?.rows ?? null) }),
      judge: ({ rows, before }) => judgeChange(toNumber(rows), toNumber(before), -(maxDropPercent ?? Infinity), maxRisePercent ?? Infinity),
    }
  },
})

function judgeChange(rows: number | null, before: number | null, lowest: number, highest: number): Judgement {
  if (rows === null || before === null) return nothingMeasured('There is no earlier snapshot to compare with.')
  if (before === 0) return nothingMeasured('The snapshot before had no rows.')
  const change = ((rows - before) / before) * 100
  const broken = change < lowest || change > highest
  const direction = change < 0 ? 'dropped' : 'rose'
  const message = broken ? `The rows ${direction} from ${before} to ${rows}, by ${Math.abs(Math.round(change * 100) / 100)} %.` : null
  return { value: change, broken, failing: 0, eligible: 0, message }
}
