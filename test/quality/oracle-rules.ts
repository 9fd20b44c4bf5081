import type { Random } from '../../bench/support/random.ts'
import { isMissingCell, type OracleColumn, type OracleRow, type OracleRule } from './oracle.ts'

const DAY_MS = 86_400_000

/** A random rule on one of the columns, said twice. */
export function randomRule(random: Random, columns: readonly OracleColumn[]): OracleRule {
  const column = random.pick(columns)
  const makers = [
    notNull,
    notBlank,
    range,
    unique,
    compositeKey,
    dependency,
    expression,
    ...(column.type === 'VARCHAR' ? [set, pattern, length] : []),
  ]
  const rule = random.pick(makers)(column, random, columns)
  return random.below(4) === 0 ? onlyWhere(rule, random, columns) : rule
}

type Maker = (column: OracleColumn, random: Random, columns: readonly OracleColumn[]) => OracleRule

const notNull: Maker = ({ name }) => ({
  check: 'not-null',
  options: { column: name },
  eligible: () => true,
  failing: (row) => row[name] === null,
})

const notBlank: Maker = (column) => ({
  check: 'not-blank',
  options: { column: column.name },
  eligible: () => true,
  failing: (row) => isMissingCell(column, row),
})

const range: Maker = (column, random, columns) => {
  if (column.type === 'VARCHAR') return notBlank(column, random, columns)
  const low = random.below(40) - 20
  const [min, max] = [low, low + random.below(60)]
  const { name, type } = column
  const [from, to] = type === 'DATE' ? [min, max].map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10)) : [min, max]
  const scale = type === 'DECIMAL(12,2)' ? 100 : 1
  return {
    check: 'range',
    options: { column: name, min: from, max: to },
    eligible: (row) => row[name] !== null,
    failing: (row) => !(Number(row[name]) >= min * scale && Number(row[name]) <= max * scale),
  }
}

const set: Maker = (column, random) => {
  const values = ['DK', 'se', 'É', '0', random.pick(['x', 'N/A', 'Grød'])]
  return {
    check: 'set',
    options: { column: column.name, values },
    eligible: (row) => !isMissingCell(column, row),
    failing: (row) => !values.includes(String(row[column.name])),
  }
}

const pattern: Maker = (column, random) => {
  const source = random.pick(['[A-Za-z]+', '[0-9]*', '.{2}', '[^a]*', 'N.*', '[\\s\\S]*é'])
  const whole = new RegExp(`^(?:${source})$`, 'u')
  return {
    check: 'pattern',
    options: { column: column.name, pattern: source },
    eligible: (row) => !isMissingCell(column, row),
    failing: (row) => !whole.test(String(row[column.name])),
  }
}

const length: Maker = (column, random) => {
  const min = random.below(3)
  const max = min + random.below(4)
  const count = (row: OracleRow): number => [...String(row[column.name])].length
  return {
    check: 'length',
    options: { column: column.name, min, max },
    eligible: (row) => !isMissingCell(column, row),
    failing: (row) => count(row) < min || count(row) > max,
  }
}

const unique: Maker = ({ name }) => keyOf([name])
const compositeKey: Maker = ({ name }, random, columns) => keyOf([...new Set([name, random.pick(columns).name])])

function keyOf(names: string[]): OracleRule {
  return {
    check: 'unique',
    options: { columns: names },
    eligible: (row) => names.every((name) => row[name] !== null),
    failing: () => false,
    key: (row) => textOf(names, row),
    groupFails: (rows) => rows.length > 1,
  }
}

const dependency: Maker = ({ name }, random, columns) => {
  const other = random.pick(columns.filter((column) => column.name !== name)).name
  return {
    check: 'functional-dependency',
    options: { determinant: [name], dependent: [other] },
    eligible: (row) => row[name] !== null && row[other] !== null,
    failing: () => false,
    key: (row) => textOf([name], row),
    groupFails: (rows) => new Set(rows.map((row) => textOf([other], row))).size > 1,
  }
}

/** True, false, or undecided where a number is missing: such rows are not asked about. */
const expression: Maker = ({ name }, random, columns) => {
  const number = columns.find(({ type }) => type === 'BIGINT')!.name
  const limit = random.below(30) - 15
  return {
    check: 'expression',
    options: { expression: `${quoted(number)} <= ${limit} or (${quoted(number)} > ${limit} and ${quoted(name)} is not null)` },
    eligible: (row) => row[number] !== null,
    failing: (row) => Number(row[number]) > limit && row[name] === null,
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Equal cells have equal texts: zero has one sign, NaN is one value. */
function textOf(names: readonly string[], row: OracleRow): string {
  return names.map((name) => `${String(row[name]).length}:${String(row[name])}`).join('|')
}

/** The rule on some of the rows; what a condition leaves undecided is left out. */
function onlyWhere(rule: OracleRule, random: Random, columns: readonly OracleColumn[]): OracleRule {
  const { name } = columns.find(({ type }) => type === 'BIGINT')!
  const limit = random.below(10)
  const eligible = (row: OracleRow): boolean => row[name] !== null && Number(row[name]) > limit && rule.eligible(row)
  return { ...rule, where: `${quoted(name)} > ${limit}`, eligible }
}
