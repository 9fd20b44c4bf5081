/** What the values of a key were, over all records so far. Widths are in decimal digits. */
export interface ColumnKind {
  text: boolean
  boolean: boolean
  nested: boolean
  /** A whole number was there. */
  integer: boolean
  /** A number with a fraction or an exponent was there. */
  decimal: boolean
  /** A whole number beyond 64 bits was there. */
  big: boolean
  integerDigits: number
  scale: number
  /** Most digits of one number, leading and trailing zeros not counted. */
  significant: number
}

export function emptyKind(): ColumnKind {
  return {
    text: false,
    boolean: false,
    nested: false,
    integer: false,
    decimal: false,
    big: false,
    integerDigits: 0,
    scale: 0,
    significant: 0,
  }
}

/** Digits of a double that always come back as they were written. */
const DOUBLE_DIGITS = 17
/** Decimal types to choose from, so that a column keeps its type when the next numbers are a little longer: [whole digits, scale]. */
const DECIMALS: readonly [number, number][] = [
  [16, 2],
  [14, 4],
  [12, 6],
  [9, 9],
  [6, 12],
  [3, 15],
  [29, 9],
  [20, 18],
]

/**
 * The DuckDB type that keeps every value exactly: BIGINT, DECIMAL, BOOLEAN, VARCHAR, JSON for objects and arrays; DOUBLE for numbers whose exponents are too far
 * apart for a DECIMAL; VARCHAR for mixtures and for keys that never had a value.
 */
export function typeOfKind(kind: ColumnKind): string {
  const isNumber = kind.integer || kind.decimal
  if (Number(kind.text) + Number(kind.boolean) + Number(kind.nested) + Number(isNumber) !== 1 || kind.text) return 'VARCHAR'
  if (kind.boolean) return 'BOOLEAN'
  if (kind.nested) return 'JSON'
  if (!kind.decimal) return kind.big ? (kind.integerDigits <= 38 ? 'DECIMAL(38,0)' : 'VARCHAR') : 'BIGINT'
  const bucket = DECIMALS.find(([digits, scale]) => kind.integerDigits <= digits && kind.scale <= scale)
  if (bucket !== undefined) return `DECIMAL(${bucket[0] + bucket[1]},${bucket[1]})`
  if (kind.integerDigits + kind.scale <= 38) return `DECIMAL(38,${kind.scale})`
  return kind.significant <= DOUBLE_DIGITS ? 'DOUBLE' : 'VARCHAR'
}

/** The kind of a column that has a type already, so that it is only ever widened. */
export function kindOfType(type: string): ColumnKind {
  const kind = emptyKind()
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type)
  if (decimal !== null) {
    const [width, scale] = [Number(decimal[1]), Number(decimal[2])]
    return { ...kind, integer: scale === 0, decimal: scale > 0, big: scale === 0, integerDigits: width - scale, scale, significant: width }
  }
  if (type === 'BIGINT') return { ...kind, integer: true, integerDigits: 19, significant: 19 }
  if (type === 'DOUBLE') return { ...kind, decimal: true, integerDigits: 309, scale: 324, significant: DOUBLE_DIGITS }
  if (type === 'BOOLEAN') return { ...kind, boolean: true }
  return type === 'JSON' ? { ...kind, nested: true } : { ...kind, text: true }
}

const NUMBER = /^-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/

/** Notes a number by its text. @returns false when the text is no JSON number */
export function noteNumber(kind: ColumnKind, text: string): boolean {
  const parts = NUMBER.exec(text)
  if (parts === null) return false
  const [, whole = '', fraction = '', exponent] = parts
  const shift = exponent === undefined ? 0 : Number(exponent)
  const digits = whole === '0' ? fraction.replace(/^0+/, '') : whole + fraction
  const wholeDigits = whole === '0' ? (shift > 0 && digits !== '' ? shift : 0) : Math.max(0, whole.length + shift)
  const isInteger = fraction === '' && exponent === undefined
  if (isInteger) {
    kind.integer = true
    if (whole.length >= 19 && !kind.big) kind.big = BigInt.asIntN(64, BigInt(text)) !== BigInt(text)
  } else kind.decimal = true
  kind.integerDigits = Math.max(kind.integerDigits, wholeDigits)
  kind.scale = Math.max(kind.scale, fraction.length - shift)
  kind.significant = Math.max(kind.significant, digits.replace(/0+$/, '').length)
  return true
}
