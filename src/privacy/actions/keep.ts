import { defineAction } from '../action.ts'

export const keep = defineAction({
  id: 'keep',
  title: 'Keep',
  description: 'The value stays as it is.',
  strictness: 0,
  wholeCell: null,
  inText: 'itself',
})
