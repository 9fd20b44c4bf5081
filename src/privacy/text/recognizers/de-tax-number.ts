import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The number a German tax office gives: as it is printed, with slashes, or the thirteen digits of the electronic form. */
export const deTaxNumber = defineTextRecognizer({
  id: 'de-tax-number',
  entity: 'DE_TAX_NUMBER',
  title: 'German tax number (Steuernummer)',
  source: 'ELSTER, Prüfung der Steuernummer: schemes of the states and the uniform thirteen digits',
  presidio: 'DeTaxNumberRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 9 },
  patterns: [
    { name: 'with slashes', regex: alone('[0-9]{2,3}/[0-9]{3,4}/[0-9]{4,5}'), score: 0.4 },
    { name: 'thirteen digits by number of the state', regex: alone('(?:0[1-9]|1[0-6])[0-9]{11}'), score: 0.2 },
    { name: 'thirteen digits of the electronic form', regex: alone('[1-9][0-9]{3}0[0-9]{8}'), score: 0.2 },
  ],
  context: ['steuernummer', 'st.-nr', 'stnr', 'finanzamt', 'steuer', 'elster', 'steuerbescheid'],
  examples: {
    found: ['0281508150123', '987/654/32100', '12/345/6789', '2866081508156'],
    ignored: ['0081508150001', '12/34/5678', '28660815081567'],
  },
})
