import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** An entry in the German commercial register: department A or B and up to six digits. */
export const deHandelsregister = defineTextRecognizer({
  id: 'de-handelsregister',
  entity: 'DE_HANDELSREGISTER',
  title: 'German commercial register number',
  source: 'Handelsregisterverordnung §§ 3, 13: department A (HRA) or B (HRB) and the running number',
  presidio: 'DeHandelsregisterRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { text: ['hra', 'hrb'] },
  patterns: [{ name: 'department and number', regex: alone('HR[AB][ \\u00a0]{0,2}[0-9]{1,6}'), score: 0.6 }],
  context: ['handelsregister', 'amtsgericht', 'registergericht', 'hrb', 'hra', 'eingetragen', 'registernummer'],
  examples: { found: ['HRB 123456', 'HRA12345', 'HRB 1'], ignored: ['HRC 12345', 'HR 12345', 'HRB 1234567'] },
})
