import { defineAction } from '../action.ts'
import { hashToken } from '../hash-key.ts'
import { normalised } from '../normalised.ts'

export const hash = defineAction({
  id: 'hash',
  title: 'Hash',
  description:
    'The keyed HMAC-SHA-256 of the normalised value, behind the id of its key: the same value gives the same token in every table of a purpose; inside text the value becomes its label.',
  strictness: 6,
  key: 'hash',
  wholeCell: (cell, context) => hashToken(normalised(cell, context), context.purpose),
  inText: 'label',
})
