import { sql } from '../../core/sql.ts'
import { defineAction, labelOf } from '../action.ts'

export const drop = defineAction({
  id: 'drop',
  title: 'Drop',
  description: 'The column does not come to chart at all; inside text the value becomes its label.',
  strictness: 9,
  wholeCell: (_, { entity }) => sql`${labelOf({ action: 'drop' }, entity)}`,
  inText: 'label',
})
