import { sql } from '../../core/sql.ts'
import { defineAction, labelOf } from '../action.ts'

export const replace = defineAction({
  id: 'replace',
  title: 'Replace',
  description: 'The value becomes the label that the policy gives; without one the name of its kind.',
  strictness: 7,
  wholeCell: (_, { rule, entity }) => sql`${labelOf(rule, entity)}`,
  inText: 'label',
})
