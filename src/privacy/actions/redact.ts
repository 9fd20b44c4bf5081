import { sql } from '../../core/sql.ts'
import { defineAction, labelOf } from '../action.ts'

export const redact = defineAction({
  id: 'redact',
  title: 'Redact',
  description: 'The value becomes the name of its kind, such as <EMAIL_ADDRESS>.',
  strictness: 8,
  wholeCell: (_, { entity }) => sql`${labelOf({ action: 'redact' }, entity)}`,
  inText: 'label',
})
