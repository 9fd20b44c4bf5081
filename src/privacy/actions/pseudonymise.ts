import { callText } from '../../core/text-function.ts'
import { defineAction } from '../action.ts'
import { functionName } from '../function-name.ts'
import { normalised } from '../normalised.ts'
import { pseudonymise as pseudonymOf } from '../tokens/pseudonym.ts'

export const pseudonymise = defineAction({
  id: 'pseudonymise',
  title: 'Pseudonymise',
  description:
    'A token from which those with the right can get the normalised value back: the same value gives the same token in every table of a purpose, inside text too.',
  strictness: 4,
  key: 'pseudonymise',
  wholeCell: (cell, context) => callText(functionName('pseudonymise', context.purpose, null), normalised(cell, context)),
  inText: 'value',
  transform: (key, _, text) => pseudonymOf(key, text),
})
