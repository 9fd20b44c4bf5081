/** Rows as texts, by the names that their columns have in chart. */
export interface SampleRows {
  columns: string[]
  rows: (string | null)[][]
}

const NAMES = [
  'Anna Holm',
  'Bo Lund',
  'Carl Friis',
  'Dorte Kjær',
  'Emil Bach',
  'Freja Skov',
  'Gitte Dam',
  'Hans Juhl',
  'Ida Krogh',
  'Jens Toft',
]
const CARDS = ['4111 1111 1111 1111', '5555 5555 5555 4444', '4012 8888 8888 1881', '5105 1051 0510 5100', '3782 822463 10005']

/** Nobody's data: rows to see a policy by, without reading a table. Card numbers are those that card networks publish for tests. */
export const MADE_UP: SampleRows = {
  columns: ['name', 'email', 'phone', 'cpr', 'card', 'birth_date', 'note'],
  rows: NAMES.map((name, index) => {
    const email = `${name.toLowerCase().replaceAll(' ', '.').replace('æ', 'ae')}@example.com`
    const day = String(11 + index)
    return [
      name,
      email,
      `+45 20 30 4${index} 5${index}`,
      `${day}0${1 + (index % 9)}6${index}-4${index}8${(index * 7) % 10}`,
      CARDS[index % CARDS.length]!,
      `196${index}-0${1 + (index % 9)}-${day}`,
      index % 2 === 0 ? `Write to ${email} before noon` : 'Wants the catalogue',
    ]
  }),
}
