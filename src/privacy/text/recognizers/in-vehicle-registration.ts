import { lettersAndDigitsOf } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer, type Verdict } from '../text-recognizer.ts'

/** State and union territory codes with the highest number of a regional transport office. */
const OFFICES = new Map(
  (
    'AN:1 AP:41 AR:26 AS:35 BR:58 CG:32 CH:4 DD:3 DL:18 DN:9 GA:12 GJ:39 HP:98 HR:98 JH:24 JK:22 KA:71 KL:90 LA:2 LD:9 MH:58 ML:14 MN:7 MP:72 MZ:9 ' +
    'NL:10 OD:35 OR:31 PB:99 PY:5 RJ:60 SK:8 TG:38 TN:99 TR:8 TS:38 UA:20 UK:20 UP:96 WB:98'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(3))] as const),
)
const SERIAL = '(?!0000)[0-9]{4}'
const SEPARATOR = '[- ]?'

/** State and office known: certain. Office unknown: the shape alone. State unknown: no plate. Other forms have no code to look up. */
function checkOffice(match: string): Verdict {
  const parts = /^([A-Z]{2})([0-9]{1,2})[A-Z]{1,3}[0-9]{4}$/.exec(lettersAndDigitsOf(match))
  if (parts === null) return null
  const highest = OFFICES.get(parts[1] ?? '')
  if (highest === undefined) return false
  const office = Number(parts[2])
  return office >= 1 && office <= highest ? true : null
}

export const inVehicleRegistration = defineTextRecognizer({
  id: 'in-vehicle-registration',
  entity: 'IN_VEHICLE_REGISTRATION',
  title: 'Indian vehicle registration number',
  source:
    'Central Motor Vehicles Rules 1989, rules 50 and 51; Motor Vehicles Act 1988, section 41(6): codes of states; Bharat series of 2021',
  presidio: 'InVehicleRegistrationRecognizer',
  locale: 'in',
  languages: ['en'],
  gate: { digits: 4 },
  patterns: [
    { name: 'bharat series', regex: alone(`2[1-9]${SEPARATOR}BH${SEPARATOR}${SERIAL}${SEPARATOR}[A-HJ-NP-Z]{1,2}`), score: 0.8 },
    { name: 'defence', regex: alone(`(?!00)[0-9]{2}[A-FHKPRX][0-9]{6}[A-Z]`), score: 0.8 },
    { name: 'state and office', regex: alone(`[A-Z]{2}${SEPARATOR}[0-9]{1,2}${SEPARATOR}[A-Z]{1,3}${SEPARATOR}${SERIAL}`), score: 0.5 },
    { name: 'diplomatic', regex: alone('[0-9]{1,3}(?:CD|CC|UN)[1-9][0-9]{0,3}'), score: 0.2 },
    { name: 'before 1989', regex: alone(`[A-Z]{3}${SERIAL}`), score: 0.2 },
    { name: 'before 1939', regex: alone(`[A-Z]{1,2}${SERIAL}`), score: 0.01 },
    { name: 'imported', regex: alone('I(?!00000)[0-9]{5}'), score: 0.01 },
  ],
  validate: checkOffice,
  context: ['vehicle', 'registration', 'rto', 'number plate', 'plate', 'rc', 'bike', 'car', 'parivahan', 'vahan'],
  examples: {
    found: ['KA53ME3456', 'DL01CA1234', 'DL3CJI0001', 'KA99ME3456', 'MH 12 AB 1234', '22BH1234AA', 'MCX1243', 'MN2412', 'I15432'],
    ignored: ['ABNE123456', 'XX12AB1234', 'KA53ME0000', 'KA53ME34567', 'KA53ME345', '10BH1234AA'],
  },
})
