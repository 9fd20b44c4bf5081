import { AtlasError } from '../../core/errors.ts'

/** A query that somebody wrote, in its clauses. */
export interface CustomSoql {
  select: string[]
  from: string
  where: string | null
  /** From GROUP BY, ORDER BY or LIMIT on. */
  tail: string
  /** Aggregates, subqueries, GROUP BY, OFFSET: what Bulk does not take, and what cannot be read by a cursor. */
  plain: boolean
}

const CLAUSES =
  /^(FROM|WHERE|WITH|GROUP\s+BY|HAVING|ORDER\s+BY|LIMIT|OFFSET|FOR\s+(?:VIEW|REFERENCE|UPDATE)|UPDATE\s+(?:TRACKING|VIEWSTAT))\b/i

/**
 * Takes a query apart. Only one SELECT that changes nothing is accepted.
 * @throws AtlasError `source.read_only`, `source.bad_query`
 */
export function parseCustomSoql(query: string): CustomSoql {
  const text = query.trim()
  if (!/^SELECT\s/i.test(text)) throw new AtlasError('source.read_only', 'The query does not begin with SELECT.')
  const starts = clauseStarts(text)
  for (const { word } of starts)
    if (/^(FOR|UPDATE)/i.test(word))
      throw new AtlasError('source.read_only', `The query asks for ${word.toUpperCase()}, which writes or locks.`)
  const from = starts.find(({ word }) => /^FROM$/i.test(word))
  if (from === undefined) throw new AtlasError('source.bad_query', 'The query has no FROM.')
  const clause = (name: RegExp): string | null => {
    const at = starts.findIndex(({ word }) => name.test(word))
    const start = starts[at]
    return start === undefined ? null : text.slice(start.index + start.word.length, starts[at + 1]?.index ?? text.length).trim()
  }
  const rest = starts.find(({ word }) => !/^(FROM|WHERE)$/i.test(word))
  const select = splitSelect(text.slice(6, from.index))
  const tail = rest === undefined ? '' : text.slice(rest.index).trim()
  const object = clause(/^FROM$/i) ?? ''
  if (!/^\w+$/.test(object)) throw new AtlasError('source.bad_query', 'FROM must name one object, without an alias.')
  const plain = select.every((item) => /^[\w.]+$/.test(item)) && !/\b(GROUP\s+BY|HAVING|OFFSET|LIMIT)\b/i.test(tail)
  return { select, from: object, where: clause(/^WHERE$/i), tail, plain }
}

/** Where the clauses begin, outside of quotes and brackets. */
function clauseStarts(text: string): { word: string; index: number }[] {
  const found: { word: string; index: number }[] = []
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === "'") at = endOfText(text, at)
    else if (letter === '(') depth++
    else if (letter === ')') depth--
    else if (letter === ';') throw new AtlasError('source.read_only', 'The query holds more than one statement.')
    else if (depth === 0 && /[\s)]/.test(text[at - 1] ?? '')) {
      const word = CLAUSES.exec(text.slice(at, at + 40))?.[0]
      if (word !== undefined) found.push({ word, index: at })
    }
  }
  return found
}

function endOfText(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === "'") return at
  }
  throw new AtlasError('source.bad_query', 'A text in the query has no closing quote.')
}

function splitSelect(text: string): string[] {
  const items: string[] = []
  let depth = 0
  let item = ''
  for (const letter of text) {
    if (letter === '(') depth++
    if (letter === ')') depth--
    if (letter === ',' && depth === 0) {
      items.push(item.trim())
      item = ''
    } else item += letter
  }
  return [...items, item.trim()]
}
