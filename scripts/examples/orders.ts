import { isoDate, seeded, type Seeded } from './seeded.ts'

const header = ['Ordrenr', 'Kundenr', 'Ordredato', 'Varenavn', 'Antal', 'Pris (DKK)', 'Kortnummer', 'Bemærkning']
const goods = ['Rejsekuffert', 'Køkkenstol', 'Æbleskiver, frosne', 'Sengetæppe', 'Blødgøringsfilter', 'Målebånd']
/** Numbers that payment providers publish for tests; no account stands behind them. */
const testCards = ['4111 1111 1111 1111', '5555 5555 5555 4444', '4000 0000 0000 0002', '']
const remarks = ['', '', '', 'Leveres før kl. 10', 'Gave: pak ind', 'Ring på hos naboen']

/** 300 orders as a Danish spreadsheet saves them: `;`, decimal comma, dots for thousands, day first, order numbers with leading zeros. */
export function ordersCsv(): string {
  const random = seeded(1814)
  const rows = Array.from({ length: 300 }, (_, index) => order(random, index))
  return `${[header, ...rows].map((row) => row.map(cell).join(';')).join('\r\n')}\r\n`
}

function order(random: Seeded, index: number): string[] {
  const [year, month, day] = isoDate(random, 2023, 2024).split('-')
  return [
    String(index + 1).padStart(6, '0'),
    String(random.whole(1001, 1200)),
    `${day}-${month}-${year}`,
    random.pick(goods),
    String(random.whole(1, 12)),
    danishAmount(random.whole(1_995, 1_250_000)),
    random.pick(testCards),
    random.pick(remarks),
  ]
}

/** 123456 øre → `1.234,56`. */
function danishAmount(oere: number): string {
  const kroner = String(Math.floor(oere / 100)).replace(/\B(?=(\d{3})+$)/g, '.')
  return `${kroner},${String(oere % 100).padStart(2, '0')}`
}

function cell(value: string): string {
  return /[";]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
