import type { Cell, ErrorType, NumberFormat } from './spreadsheet-model.ts'

export type ValueRenderOption = 'FORMATTED_VALUE' | 'UNFORMATTED_VALUE' | 'FORMULA'
export type DateTimeRenderOption = 'SERIAL_NUMBER' | 'FORMATTED_STRING'

const ERROR_TEXT: Record<ErrorType, string> = {
  ERROR: '#ERROR!',
  NULL_VALUE: '#NULL!',
  DIVIDE_BY_ZERO: '#DIV/0!',
  VALUE: '#VALUE!',
  REF: '#REF!',
  NAME: '#NAME?',
  NUM: '#NUM!',
  N_A: '#N/A',
  LOADING: 'Loading...',
}

/** What `values` shows of a cell. A cell without a value among others is an empty text. */
export function renderCell(cell: Cell | null, option: ValueRenderOption, dates: DateTimeRenderOption): string | number | boolean {
  if (cell === null) return ''
  if (option === 'FORMATTED_VALUE') return formatted(cell)
  if (option === 'FORMULA' && cell.formula !== undefined) return cell.formula
  if (typeof cell.value === 'object') return ERROR_TEXT[cell.value.error]
  if (typeof cell.value === 'number' && isDate(cell.format) && dates === 'FORMATTED_STRING') return formatted(cell)
  return cell.value
}

/** The text in the cell on the screen. */
export function formatted({ value, format }: Cell): string {
  if (typeof value === 'object') return ERROR_TEXT[value.error]
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE'
  if (typeof value === 'string') return value
  return isDate(format) ? formatDate(value, format?.pattern ?? 'yyyy-mm-dd') : formatNumber(value, format)
}

/** The `CellData` of `spreadsheets.get` with grid data. */
export function cellData(cell: Cell | null): Record<string, unknown> {
  if (cell === null) return {}
  const effective = effectiveValue(cell)
  const entered = cell.formula === undefined ? effective : { formulaValue: cell.formula }
  return {
    userEnteredValue: entered,
    effectiveValue: effective,
    formattedValue: formatted(cell),
    ...(cell.format === undefined ? {} : { userEnteredFormat: { numberFormat: cell.format } }),
    effectiveFormat: {
      ...(cell.format === undefined ? {} : { numberFormat: cell.format }),
      backgroundColor: { red: 1, green: 1, blue: 1 },
      padding: { top: 2, right: 3, bottom: 2, left: 3 },
      horizontalAlignment: typeof cell.value === 'number' ? 'RIGHT' : 'LEFT',
      verticalAlignment: 'BOTTOM',
    },
  }
}

function effectiveValue({ value }: Cell): Record<string, unknown> {
  if (typeof value === 'number') return { numberValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'string') return { stringValue: value }
  return { errorValue: { type: value.error, message: `Function evaluates to an error (${ERROR_TEXT[value.error]}).` } }
}

function isDate(format: NumberFormat | undefined): boolean {
  return format !== undefined && ['DATE', 'TIME', 'DATE_TIME'].includes(format.type)
}

function formatNumber(value: number, format: NumberFormat | undefined): string {
  const pattern = format?.pattern
  if (pattern === undefined || format?.type === 'TEXT') return general(value)
  const percent = pattern.includes('%')
  const scaled = Math.abs(percent ? value * 100 : value)
  const digits = /[#0,]*0(?:\.([0#]+))?/.exec(pattern)
  if (digits === null) return general(value)
  const [whole = '', fraction] = scaled.toFixed(digits[1]?.length ?? 0).split('.')
  const least = digits[0].replace(/\..*/, '').replace(/[#,]/g, '').length
  const padded = whole.padStart(least, '0')
  const grouped = digits[0].includes(',') ? padded.replace(/\B(?=(\d{3})+$)/g, ',') : padded
  const number = fraction === undefined ? grouped : `${grouped}.${fraction}`
  return (value < 0 ? '-' : '') + pattern.replace(digits[0], number).replace(/"([^"]*)"/g, '$1')
}

/** Numbers without a format are shown with at most ten decimals and fifteen digits. */
function general(value: number): string {
  const short = Number(value.toPrecision(15))
  if (Math.abs(short) >= 1e15 || (short !== 0 && Math.abs(short) < 1e-9)) {
    return short
      .toExponential(5)
      .replace(/\.?0+e/, 'E')
      .replace('e', 'E')
      .replace(/E([+-])(\d)$/, 'E$10$2')
  }
  return String(Number(short.toFixed(9)))
}

const EPOCH = Date.UTC(1899, 11, 30)
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

function formatDate(serial: number, pattern: string): string {
  const ms = Math.round(serial * 86_400_000)
  const at = new Date(EPOCH + ms)
  const two = (value: number): string => String(value).padStart(2, '0')
  const elapsedHours = Math.trunc(ms / 3_600_000)
  const tokens: [RegExp, (found: string) => string][] = [
    [/^\[h+\]/, () => String(elapsedHours)],
    [/^yyyy/, () => String(at.getUTCFullYear()).padStart(4, '0')],
    [/^yy/, () => two(at.getUTCFullYear() % 100)],
    [/^mmmm/, () => MONTHS[at.getUTCMonth()] ?? ''],
    [/^mmm/, () => (MONTHS[at.getUTCMonth()] ?? '').slice(0, 3)],
    [/^dd?/, (found) => (found.length === 2 ? two(at.getUTCDate()) : String(at.getUTCDate()))],
    [/^hh?/, (found) => (found.length === 2 ? two(at.getUTCHours()) : String(at.getUTCHours()))],
    [/^ss?/, (found) => (found.length === 2 ? two(at.getUTCSeconds()) : String(at.getUTCSeconds()))],
    [
      /^\.0+/,
      (found) =>
        `.${String(at.getUTCMilliseconds())
          .padStart(3, '0')
          .slice(0, found.length - 1)}`,
    ],
  ]
  let text = ''
  let afterHour = false
  for (let rest = pattern; rest !== '';) {
    const minute = /^mm?(?!m)/.exec(rest)
    if (minute !== null) {
      const value = afterHour ? at.getUTCMinutes() : at.getUTCMonth() + 1
      text += minute[0].length === 2 ? two(value) : String(value)
      rest = rest.slice(minute[0].length)
      continue
    }
    const token = tokens.find(([test]) => test.test(rest))
    const found = token === undefined ? (rest[0] ?? '') : (token[0].exec(rest)?.[0] ?? '')
    if (/h/.test(found)) afterHour = true
    if (/[yd]/.test(found)) afterHour = false
    text += token === undefined ? found : token[1](found)
    rest = rest.slice(found.length)
  }
  return text
}
