import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const usBankNumber = defineTextRecognizer({
  id: 'us-bank-number',
  entity: 'US_BANK_NUMBER',
  title: 'US bank account number',
  source: 'Nacha Operating Rules: DFI account number of up to 17 places; banks give out 8 to 17 digits without a check digit of their own',
  presidio: 'UsBankRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 8 },
  patterns: [{ name: 'digits', regex: alone('[0-9]{8,17}'), score: 0.05 }],
  context: ['check', 'account', 'account#', 'acct', 'bank', 'banking', 'save', 'savings', 'checking', 'debit'],
  examples: { found: ['945456787654', '12345678', '12345678901234567'], ignored: ['1234567', '123456789012345678', 'AC945456787654'] },
})
