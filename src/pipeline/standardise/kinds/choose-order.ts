import type { KindContext, Measures } from '../kind.ts'

/**
 * Day or month first, by what fits more cells of the column. Where every cell fits both and they differ, the file's setting decides;
 * without one nobody can know: null.
 */
export function chooseOrder({ dmy, mdy, ambiguous }: Measures, { text }: KindContext): 'dmy' | 'mdy' | null {
  if (dmy! !== mdy!) return dmy! > mdy! ? 'dmy' : 'mdy'
  if (text.dateOrder === 'day-first') return 'dmy'
  if (text.dateOrder === 'month-first') return 'mdy'
  return ambiguous === 0 ? 'dmy' : null
}
