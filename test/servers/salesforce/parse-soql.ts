import type { Value } from './org.ts'
import { Refusal } from './refusal.ts'

export interface Literal {
  kind: 'string' | 'number' | 'boolean' | 'null' | 'date' | 'datetime'
  value: Value
}
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { name: string; operator: string; values: Literal[] }

export interface Parsed {
  select: string[]
  from: string
  where: Condition | null
  orderBy: { name: string; descending: boolean }[]
  limit: number | null
  offset: number
}

const TOKEN =
  /\s+|'(?:[^'\\]|\\.)*'|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)|\d{4}-\d\d-\d\d|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_][\w.]*|!=|<>|<=|>=|[=<>(),]/gy

/** Parses the part of SOQL that this server knows. @throws Refusal MALFORMED_QUERY */
export function parseSoql(text: string): Parsed {
  const tokens = tokensOf(text)
  let at = 0
  const peek = (): string => (tokens[at] ?? '').toLowerCase()
  const next = (): string => tokens[at++] ?? malformed('unexpected token: <EOF>')
  const take = (word: string): boolean => peek() === word && at++ >= 0
  const expect = (word: string): void => void (take(word) || malformed(`unexpected token: '${tokens[at] ?? '<EOF>'}', expecting '${word}'`))

  const selectItem = (): string => {
    const name = next()
    if (!/^[A-Za-z_]/.test(name)) malformed(`unexpected token: '${name}'`)
    if (!take('(')) return name
    const inside = peek() === ')' ? '' : next()
    expect(')')
    return `${name}(${inside})`
  }
  const literal = (): Literal => {
    const token = next()
    if (token.startsWith("'")) return { kind: 'string', value: unescape(token.slice(1, -1)) }
    if (/^\d{4}-\d\d-\d\dT/.test(token)) return { kind: 'datetime', value: token }
    if (/^\d{4}-\d\d-\d\d$/.test(token)) return { kind: 'date', value: token }
    if (/^[+-]?\d/.test(token)) return { kind: 'number', value: Number(token) }
    if (/^(true|false)$/i.test(token)) return { kind: 'boolean', value: token.toLowerCase() === 'true' }
    if (/^null$/i.test(token)) return { kind: 'null', value: null }
    return malformed(`unexpected token: '${token}'`)
  }
  const literals = (): Literal[] => {
    expect('(')
    const found = [literal()]
    while (take(',')) found.push(literal())
    expect(')')
    return found
  }
  const comparison = (): Condition => {
    if (take('not')) return { not: comparison() }
    if (take('(')) {
      const inside = either()
      expect(')')
      return inside
    }
    const name = next()
    const word = next().toLowerCase()
    if (word === 'in' || word === 'includes') return { name, operator: word, values: literals() }
    if (word === 'not') {
      expect('in')
      return { name, operator: 'not in', values: literals() }
    }
    if (!['=', '!=', '<>', '<', '<=', '>', '>=', 'like'].includes(word)) malformed(`unexpected token: '${word}'`)
    return { name, operator: word === '<>' ? '!=' : word, values: [literal()] }
  }
  const both = (): Condition => {
    const all = [comparison()]
    while (take('and')) all.push(comparison())
    return all.length === 1 ? (all[0] as Condition) : { all }
  }
  function either(): Condition {
    const any = [both()]
    while (take('or')) any.push(both())
    return any.length === 1 ? (any[0] as Condition) : { any }
  }

  expect('select')
  const select = [selectItem()]
  while (take(',')) select.push(selectItem())
  expect('from')
  const from = next()
  const where = take('where') ? either() : null
  const orderBy: Parsed['orderBy'] = []
  if (take('order')) {
    expect('by')
    do {
      const name = next()
      const descending = take('desc')
      if (!descending) take('asc')
      orderBy.push({ name, descending })
    } while (take(','))
  }
  const limit = take('limit') ? Number(next()) : null
  const offset = take('offset') ? Number(next()) : 0
  if (at < tokens.length) malformed(`unexpected token: '${tokens[at]}'`)
  return { select, from, where, orderBy, limit, offset }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const from = TOKEN.lastIndex
    const found = TOKEN.exec(text)
    if (found === null) malformed(`unexpected char at ${from}: '${text.slice(from, from + 10)}'`)
    else if (found[0].trim() !== '') tokens.push(found[0])
  }
  return tokens
}

function unescape(text: string): string {
  const known: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
  return text.replaceAll(/\\(.)/gs, (_, letter: string) => known[letter] ?? letter)
}

function malformed(message: string): never {
  throw new Refusal(400, 'MALFORMED_QUERY', message)
}
