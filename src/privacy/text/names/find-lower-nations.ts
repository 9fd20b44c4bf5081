import type { NameFinding } from './name-finding.ts'

/** Letters by which a text is taken for Nordic; looking for one costs next to nothing. */
const NORDIC_LETTERS = ['ø', 'å', 'æ', 'ä', 'ö']

/** Adjectives in Danish, Norwegian and Swedish, without what they end with. */
const ADJECTIVES = new Set(
  (
    'dansk svensk norsk finsk islandsk isländsk færøsk færøysk grønlandsk samisk tysk polsk fransk engelsk britisk brittisk skotsk irsk irländsk hollandsk holländsk ' +
    'nederlandsk belgisk schweizisk sveitsisk østrigsk østerriksk österrikisk spansk portugisisk italiensk græsk gresk grekisk tyrkisk turkisk russisk rysk ukrainsk ' +
    'hviderussisk estisk estnisk lettisk litauisk tjekkisk tsjekkisk tjeckisk slovakisk ungarsk ungersk rumænsk rumensk rumänsk bulgarsk serbisk kroatisk bosnisk albansk ' +
    'makedonsk slovensk amerikansk canadisk kanadisk kanadensisk mexicansk mexikansk brasiliansk argentinsk chilensk colombiansk peruansk venezuelansk cubansk kinesisk ' +
    'japansk koreansk sydkoreansk vietnamesisk thailandsk thailändsk filippinsk indonesisk malaysisk indisk pakistansk bangladeshisk nepalesisk afghansk iransk irakisk ' +
    'syrisk libanesisk jordansk palæstinensisk palestinsk israelsk israelisk egyptisk marokkansk marockansk tunesisk tunisisk algerisk libysk somalisk etiopisk eritreisk ' +
    'eritreansk kenyansk ugandisk nigeriansk ghanesisk sudanesisk sydafrikansk australsk australisk kurdisk arabisk persisk jødisk judisk muslimsk katolsk protestantisk'
  ).split(' '),
)
const ENDINGS = new Set(['', 'e', 'a', 't'])
/** What somebody is, by land or faith. */
const PERSONS = new Set(
  (
    'dansker svensker nordmand nordmann norrman islænding tysker polak polakk franskmand englænder brite skotte irer hollænder belgier østriger ' +
    'spanier portugiser italiener græker tyrker russer ukrainer litauer ungarer rumæner bulgarer serber kroat bosnier albaner amerikaner canadier mexicaner ' +
    'brasilianer kineser kines japaner koreaner vietnameser thailænder filippiner pakistaner afghaner afghan iraner iraker syrer libaneser jordaner palæstinenser ' +
    'israeler egypter marokkaner tuneser algerier somalier etiopier eritreer kurder kurd araber perser jøde jude muslim katolik katolikk buddhist hindu protestant'
  ).split(' '),
)
const BEING = new Set(['er', 'är', 'var', 'blev', 'ble'])
/** Before an adjective of one person: a, the, my. */
const LEADING = new Set(['en', 'den', 'ei', 'min', 'vores', 'vår', 'hans', 'hendes', 'hennes', 'deres', 'sin'])
/** Words that mean persons, by their end. */
const PERSON_NOUN =
  /^(?:[a-zæøåäö]*(?:er|eren|or|ør|øren|ist|isten|ent|enten|ant|anten|are|aren|mand|manden|mann|mannen|man|kvinde|kvinden|kvinne|kvinna|inde|inne|borger|nom|log)|pige|dreng|jente|gutt|kone|mor|far|søster|bror|syster|nabo|ven|vän|venn|kollega|familie|familj|dame|par)$/
/** So that a text without blanks is not read again for each of its letters. */
const LONGEST_WORD = 24
/** Is, or an article, before what a word for a person begins with. One expression: looking for each by itself stops at every blank. */
const OPENING = new RegExp(` (?:e[rn]|är|ein)(?= (?:${[...new Set([...PERSONS].map((word) => word.slice(0, 3)))].join('|')}))`, 'g')

/**
 * Nationalities and faiths that the Nordic languages write in lower case, where they are said of a person: "den tyrkiske grønthandler", "han er polsk.", "en kurder".
 * Texts without a letter of these languages are not read.
 */
export function findLowerNations(text: string): NameFinding[] {
  const found: NameFinding[] = []
  if (!NORDIC_LETTERS.some((letter) => text.includes(letter))) return found
  for (let at = text.indexOf('sk'); at >= 0; at = text.indexOf('sk', at + 2)) {
    const end = isLetter(text, at + 2) ? at + 3 : at + 2
    if (isLetter(text, end) || !ENDINGS.has(text.slice(at + 2, end))) continue
    const start = wordStart(text, at)
    if (ADJECTIVES.has(text.slice(start, at + 2)) && isOfPerson(text, start, end)) found.push(nation(start, end))
  }
  addPersons(text, found)
  return found.toSorted((one, other) => one.start - other.start)
}

function addPersons(text: string, found: NameFinding[]): void {
  OPENING.lastIndex = 0
  while (OPENING.test(text)) {
    const start = OPENING.lastIndex + 1
    const end = wordEnd(text, start)
    if (PERSONS.has(text.slice(start, end))) found.push(nation(start, end))
  }
}

/** After "is" at the end of a part of the sentence, or between an article and a word for a person. */
function isOfPerson(text: string, start: number, end: number): boolean {
  if (text.charAt(start - 1) !== ' ') return false
  const before = text.slice(wordStart(text, start - 1), start - 1).toLowerCase()
  if (BEING.has(before) && /[.,;!?\n)]/.test(text.charAt(end) || '\n')) return true
  if (text.charAt(end) !== ' ') return false
  return LEADING.has(before) && PERSON_NOUN.test(text.slice(end + 1, wordEnd(text, end + 1)))
}

/** ASCII, or Latin with an accent, in whatever case. */
function isLetter(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  return ((code | 32) >= 0x61 && (code | 32) <= 0x7a) || (code >= 0xc0 && code <= 0xff)
}

function wordStart(text: string, from: number): number {
  let start = from
  while (start > 0 && from - start < LONGEST_WORD && isLetter(text, start - 1)) start -= 1
  return start
}

function wordEnd(text: string, from: number): number {
  let end = from
  while (end < text.length && end - from < LONGEST_WORD && isLetter(text, end)) end += 1
  return end
}

function nation(start: number, end: number): NameFinding {
  return { entity: 'NRP', start, end, score: 0.5, pattern: 'nationality or faith of a person', checksum: null }
}
