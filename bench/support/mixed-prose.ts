import { createRandom, type Random } from './random.ts'

const english =
  'the a of and to in that was for with on as at by from this have been which their would about when there could other after first also made many over such into most some time only new year than them people our well may should because each just those back even good any way work three life here system between long both under never same another know while last might us great old off come since against go came right used take states without place small found part however home general during number means case fact water less public almost hand enough far took head yet better something nothing group set end why called always point room'.split(
    ' ',
  )
const danish =
  'og i det at en den til er som på de med der han af for ikke var om et har vi men sig fra kan så blev efter være nu skal kun have også ud alle da hvis eller hvor noget sammen mellem arbejde tid år dag måde sagen leveringen kunden aftalen mødet vores bestilling faktura betaling projektet afdelingen skolen kommunen bygningen maskinen vejen spørgsmålet løsningen rapporten systemet'.split(
    ' ',
  )
const given = ['Jens', 'Mette', 'Søren', 'Anna', 'Peter', 'Karen', 'John', 'Mary', 'Lars', 'Ida']
const family = ['Jensen', 'Nielsen', 'Smith', 'Brown', 'Sørensen', 'Møller', 'Taylor', 'Holm']

/** Documents of about 2,000 characters in English and Danish, with some personal data in every second paragraph. Deterministic. */
export function mixedProse(characters: number, seed = 1): string[] {
  const random = createRandom(seed)
  const documents: string[] = []
  for (let size = 0; size < characters; size += documents.at(-1)?.length ?? 1) {
    const words = random.pick([english, danish])
    documents.push(Array.from({ length: 8 }, () => paragraph(random, words)).join('\n\n'))
  }
  return documents
}

function paragraph(random: Random, words: readonly string[]): string {
  const sentences = Array.from({ length: 4 }, () => sentence(random, words))
  if (random.below(2) === 0) sentences.splice(random.below(4), 0, personal(random))
  return sentences.join(' ')
}

function sentence(random: Random, words: readonly string[]): string {
  const chosen = Array.from({ length: 6 + random.below(9) }, () =>
    random.below(40) === 0 ? String(random.below(3000)) : random.pick(words),
  )
  const text = chosen.join(' ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${random.pick(['.', '.', ',', '?', ';'])}`
}

function personal(random: Random): string {
  const [first, last] = [random.pick(given), random.pick(family)]
  return random.pick([
    () => `${first} ${last} kan træffes på ${first.toLowerCase()}@firma${random.below(99)}.dk.`,
    () => `Call ${first} ${last} on +45 ${random.digits(2)} ${random.digits(2)} ${random.digits(2)} ${random.digits(2)} tomorrow.`,
    () =>
      `CPR-nr. ${String(1 + random.below(28)).padStart(2, '0')}0${1 + random.below(9)}${random.digits(2)}-${random.digits(4)} er noteret.`,
    () => `The server at 10.${random.below(255)}.${random.below(255)}.${random.below(255)} answered ${first}.`,
    () => `Mødet er den ${1 + random.below(28)}. maj 20${10 + random.below(20)} kl. 14:30 hos ${last}.`,
    () => `See https://www.example${random.below(99)}.com/${first.toLowerCase()}?id=${random.digits(5)} for more.`,
    () => `The card 4012 8888 ${random.digits(4)} ${random.digits(4)} was refused for ${first} ${last}.`,
  ])()
}
