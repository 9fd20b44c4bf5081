import type { LabelledText } from '../pii-eval.ts'
import { danish, english } from './grammars.ts'
import type { WordLists } from './word-lists.ts'

/** A number from 0 to 1, by seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const MONTHS = ['January', 'March', 'May', 'June', 'August', 'November']
const WEEKDAYS = ['Monday', 'Tuesday', 'Thursday', 'Saturday']
const DANISH_MONTHS = ['januar', 'marts', 'maj', 'august', 'november']
const DANISH_WEEKDAYS = ['mandag', 'torsdag', 'fredag']
/** Slots that are labelled, with their entity. */
const ENTITIES: Readonly<Record<string, string>> = {
  person: 'PERSON',
  given: 'PERSON',
  surname: 'PERSON',
  title: 'TITLE',
  city: 'GPE',
  country: 'GPE',
  company: 'ORGANIZATION',
  address: 'STREET_ADDRESS',
  addressLines: 'STREET_ADDRESS',
  street: 'STREET_ADDRESS',
  zip: 'ZIP_CODE',
  email: 'EMAIL_ADDRESS',
  age: 'AGE',
  nation: 'NRP',
}

type Random = () => number
type Grammar = typeof english

/** Labelled English and Danish texts (two to one) made of grammar pieces and the given lists; the same for the same seed. */
export function generateTexts(count: number, seed: number, lists: WordLists): LabelledText[] {
  const random = seededRandom(seed)
  return Array.from({ length: count }, (_, index) => {
    const isDanish = index % 3 === 2
    const plan = planText(random, isDanish ? danish : english)
    return fillText(plan, (slot) => fillSlot(slot, random, lists, isDanish))
  })
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('Nothing to pick from')
  return item
}

/** A text with slots: a letter, a note or a single sentence. */
function planText(random: Random, grammar: Grammar): string {
  const statement = (): string => {
    const plain = pick(random, grammar.statements)
    return plain
      .replaceAll('{subject}', () => pick(random, grammar.subjects))
      .replaceAll('{predicate}', () => pick(random, grammar.predicates))
  }
  if (random() < 0.6) return statement()
  const lines = [pick(random, grammar.openings)]
  const sentences = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
    random() < 0.4 ? pick(random, grammar.fillers) : statement(),
  )
  lines.push(sentences.join(' '), pick(random, grammar.closings))
  return lines.filter((line) => line !== '').join('\n')
}

function fillText(plan: string, fill: (slot: string) => string): LabelledText {
  const spans: LabelledText['spans'] = []
  let text = ''
  for (const part of plan.split(/(\{[A-Za-z]+\})/)) {
    const slot = /^\{([A-Za-z]+)\}$/.exec(part)?.[1]
    const content = slot === undefined ? part : fill(slot)
    const entity = slot === undefined ? undefined : ENTITIES[slot]
    const start = [...text].length
    text += content
    if (entity !== undefined) spans.push({ entity_type: entity, start_position: start, end_position: start + [...content].length })
  }
  return { full_text: text, spans }
}

function fillSlot(slot: string, random: Random, lists: WordLists, isDanish: boolean): string {
  const one = (items: readonly string[]): string => pick(random, items)
  const upTo = (limit: number): number => 1 + Math.floor(random() * limit)
  const given = (): string => one(isDanish ? lists.danishGiven : lists.given)
  const surname = (): string => one(isDanish ? lists.danishSurnames : lists.surnames)
  const fillers: Readonly<Record<string, () => string>> = {
    given,
    surname,
    person: () => personName(random, given, surname),
    title: () => one(isDanish ? ['Hr.', 'Fru', 'Dr.'] : ['Mr.', 'Mrs.', 'Ms.', 'Dr.', 'Mr']),
    city: () =>
      isDanish
        ? one(lists.danishTowns)
            .replace(/^[0-9]+ /, '')
            .replace(/ (?:[A-ZØ]|Sj)$/, '')
        : one(lists.cities),
    country: () => (isDanish ? one(['Danmark', 'Sverige', 'Tyrkiet', 'Tyskland', 'Polen']) : one(lists.countries)),
    company: () => one(isDanish ? lists.danishCompanies : lists.companies),
    nation: () => one(lists.nations),
    street: () => (isDanish ? `${one(lists.danishStreets)} ${upTo(200)}` : `${upTo(9000)} ${one(lists.streets)}`),
    address: () => address(random, lists, isDanish, ', '),
    addressLines: () => address(random, lists, isDanish, '\n'),
    zip: () => String(10_000 + upTo(89_999)),
    age: () => String(upTo(95)),
    email: () =>
      `${given()
        .toLowerCase()
        .replace(/[^a-z]/g, '')}${upTo(99)}@example.org`,
    month: () => one(isDanish ? DANISH_MONTHS : MONTHS),
    weekday: () => one(isDanish ? DANISH_WEEKDAYS : WEEKDAYS),
  }
  return fillers[slot]?.() ?? slot
}

function personName(random: Random, given: () => string, surname: () => string): string {
  const dice = random()
  if (dice < 0.08) return `${given()} ${given().charAt(0)}. ${surname()}`
  if (dice < 0.12) return `${given().charAt(0)}. ${surname()}`
  if (dice < 0.15) return `${given()} ${surname()}`.toUpperCase()
  return `${given()} ${surname()}`
}

function address(random: Random, lists: WordLists, isDanish: boolean, separator: string): string {
  const number = 1 + Math.floor(random() * 300)
  if (isDanish) {
    const floor = pick(random, [
      '',
      '',
      `, ${1 + (number % 5)}. tv.`,
      `, ${1 + (number % 5)}. th`,
      ', st. mf.',
      'B',
      `, ${1 + (number % 4)}. sal`,
    ])
    return `${pick(random, lists.danishStreets)} ${number}${floor}${separator}${pick(random, lists.danishTowns)}`
  }
  const zip = String(10_000 + Math.floor(random() * 89_999))
  const forms = [
    () => `${number} ${pick(random, lists.streets)}`,
    () => `${number} ${pick(random, lists.streets)}${separator}${pick(random, lists.cities)}, ${pick(random, lists.states)} ${zip}`,
    () =>
      `${number} ${pick(random, lists.streets)} Apt. ${1 + (number % 50)}${separator}${pick(random, lists.cities)}, ${pick(random, lists.states)} ${zip}`,
    () => `${number} ${pick(random, lists.streets)}${separator}${pick(random, lists.cities)}${separator}${pick(random, lists.countries)}`,
    () =>
      `${pick(random, ['Rua', 'Via', 'Calle', 'Rue'])} ${pick(random, lists.surnames)} ${number}${separator}${zip} ${pick(random, lists.cities)}`,
    () =>
      `${pick(random, ['Linden', 'Garten', 'Bahnhof', 'Schiller'])}${pick(random, ['straße', 'weg', 'str.', 'gasse'])} ${number}${separator}${zip} ${pick(random, lists.cities)}`,
    () => `${number}, rue ${pick(random, lists.surnames)}${separator}${zip} ${pick(random, lists.cities)}`,
    () => `P.O. Box ${number}${separator}${pick(random, lists.cities)}`,
  ]
  return pick(random, forms)()
}
