import { isoDate, seeded, type Seeded } from './seeded.ts'

const header = ['customer_id', 'name', 'email', 'phone', 'cpr', 'country', 'city', 'signup_date', 'birth_date', 'credit_limit', 'note']

interface Country {
  code: string
  dial: string
  first: string[]
  last: string[]
  cities: string[]
}

const denmark: Country = {
  code: 'DK',
  dial: '+45',
  first: ['Anne', 'Mette', 'Søren', 'Lars', 'Freja', 'Emil', 'Ida', 'Oscar', 'Åse', 'Rasmus', 'Karen', 'Mads'],
  last: ['Jensen', 'Nielsen', 'Hansen', 'Østergaard', 'Kjær', 'Møller', 'Ågård', 'Lund', 'Holm', 'Bæk'],
  cities: ['København', 'Aarhus', 'Odense', 'Aalborg', 'Esbjerg', 'Rønne', 'Køge'],
}
const neighbours: Country[] = [
  {
    code: 'SE',
    dial: '+46',
    first: ['Astrid', 'Göran', 'Elin', 'Åke', 'Maja', 'Nils'],
    last: ['Andersson', 'Sjöberg', 'Lindström', 'Ek'],
    cities: ['Malmö', 'Göteborg', 'Stockholm'],
  },
  {
    code: 'NO',
    dial: '+47',
    first: ['Ingrid', 'Bjørn', 'Kari', 'Håkon', 'Nora'],
    last: ['Hansen', 'Bø', 'Dahl', 'Nygård'],
    cities: ['Oslo', 'Bergen', 'Tromsø'],
  },
  {
    code: 'DE',
    dial: '+49',
    first: ['Jürgen', 'Heike', 'Lena', 'Klaus', 'Mia'],
    last: ['Müller', 'Weiß', 'Schäfer', 'Vogel'],
    cities: ['Flensburg', 'Hamburg', 'Köln'],
  },
]

const notes = [
  '',
  '',
  '',
  '',
  'Prefers calls after 16',
  'Asked for "paper" invoices',
  'Moved in 2023, old address on file',
  'Newsletter: yes',
]

/**
 * 200 customers in four countries, UTF-8, with the flaws that a real export has: two lines with a wrong number of cells, three dates that
 * are none, eight blank e-mail addresses, one customer who stands there twice, and e-mail addresses inside the notes.
 */
export function customersCsv(): string {
  const random = seeded(4400)
  const rows = Array.from({ length: 200 }, (_, index) => customer(random, 1001 + index))
  for (const index of [12, 40, 41, 77, 103, 128, 160, 191]) setCell(rows, index, 'email', '')
  setCell(rows, 25, 'signup_date', '2023-02-30')
  setCell(rows, 89, 'signup_date', 'unknown')
  setCell(rows, 144, 'signup_date', '2022-13-05')
  setCell(rows, 8, 'note', 'Copy invoices to accounts@example.com')
  setCell(rows, 57, 'note', 'Shares an account with freja.lund@example.dk, see there')
  setCell(rows, 132, 'note', 'Wrote from a new address: nora.dahl@example.com')
  const again = rows[30]
  if (again !== undefined) rows.push(again.with(header.indexOf('city'), 'Svendborg').with(header.indexOf('note'), 'Moved to Svendborg'))
  const lines = [header, ...rows].map((row) => row.map(csvCell).join(','))
  lines.splice(64, 0, '1301,Cut Short,cut.short@example.dk,+45 20 00 00 01')
  lines.splice(170, 0, '1302,Many, One Too,one.too.many@example.dk,+45 20 00 00 02,,DK,Odense,2022-05-05,1980-01-01,100.00,Called twice')
  return `${lines.join('\n')}\n`
}

function customer(random: Seeded, number: number): string[] {
  const country = random.whole(1, 10) <= 6 ? denmark : random.pick(neighbours)
  const first = random.pick(country.first)
  const last = random.pick(country.last)
  const born = isoDate(random, 1945, 2004)
  return [
    String(number),
    `${first} ${last}`,
    `${mailName(first)}.${mailName(last)}${number % 100}@${random.pick(['example.dk', 'example.com', 'example.org'])}`,
    phone(random, country.dial),
    country === denmark ? cpr(random, born) : '',
    country.code,
    random.pick(country.cities),
    isoDate(random, 2018, 2024),
    born,
    `${random.whole(0, 50) * 500}.${random.pick(['00', '00', '50', '25'])}`,
    random.pick(notes),
  ]
}

function phone(random: Seeded, dial: string): string {
  const pairs = [random.whole(20, 61), ...Array.from({ length: 3 }, () => random.whole(0, 99))]
  return `${dial} ${pairs.map((pair) => String(pair).padStart(2, '0')).join(' ')}`
}

/**
 * A made-up CPR number for a date of birth. The seventh digit tells the century; about half of them fail modulus 11, as numbers given out
 * since October 2007 may.
 */
function cpr(random: Seeded, born: string): string {
  const [year, month, day] = born.split('-')
  const date = `${day}${month}${year?.slice(2)}`
  const century = Number(year) < 2000 ? random.whole(0, 3) : random.whole(4, 9)
  const wantsChecksum = random.oneIn(2)
  for (;;) {
    const number = `${date}${century}${String(random.whole(0, 999)).padStart(3, '0')}`
    if (!wantsChecksum || passesModulus11(number)) return `${date}-${number.slice(6)}`
  }
}

function passesModulus11(digits: string): boolean {
  const weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
  return weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11 === 0
}

function mailName(name: string): string {
  const spelt: Record<string, string> = { æ: 'ae', ø: 'oe', å: 'aa', ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' }
  return name.toLowerCase().replace(/[æøåäöüß]/g, (letter) => spelt[letter] ?? letter)
}

function setCell(rows: string[][], row: number, column: string, value: string): void {
  const cells = rows[row]
  if (cells !== undefined) cells[header.indexOf(column)] = value
}

function csvCell(value: string): string {
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
