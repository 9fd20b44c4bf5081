import { sql } from '../../core/sql.ts'
import { defineAction } from '../action.ts'

export const redact = defineAction({
  id: 'redact',
  title: 'Redact',
  description: 'The value becomes the name of its kind, such as <EMAIL_ADDRESS>.',
  strictness: 3,
  wholeCell: (_, recognizer) => sql`${recognizer === null ? '<REDACTED>' : `<${recognizer.id}>`}`,
  replacesInText: true,
})
