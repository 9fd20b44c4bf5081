import { callText } from '../../core/text-function.ts'
import { defineAction } from '../action.ts'
import { functionName } from '../function-name.ts'
import { encryptText } from '../tokens/sealed.ts'

export const encrypt = defineAction({
  id: 'encrypt',
  title: 'Encrypt',
  description:
    'A token that only those with the right can read, another one each time, so that it joins with nothing; the text comes back exactly as it was.',
  strictness: 5,
  key: 'encrypt',
  wholeCell: (cell, context) => callText(functionName('encrypt', context.purpose, null), cell),
  inText: 'value',
  transform: (key, _, text) => encryptText(key, text),
  isPure: false,
})
