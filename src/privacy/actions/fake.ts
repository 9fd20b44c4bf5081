import { callText } from '../../core/text-function.ts'
import { defineAction } from '../action.ts'
import { functionName } from '../function-name.ts'
import { normalised } from '../normalised.ts'
import { fakeValue } from '../tokens/fake.ts'

export const fake = defineAction({
  id: 'fake',
  title: 'Fake',
  description: 'A made-up value of the same form, the same for the same value within a purpose; nothing leads back from it.',
  strictness: 3,
  showsForm: true,
  key: 'fake',
  wholeCell: (cell, context) => callText(functionName('fake', context.purpose, context.entity), normalised(cell, context)),
  inText: 'value',
  transform: fakeValue,
})
