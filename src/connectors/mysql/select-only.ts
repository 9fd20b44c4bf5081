import { AtlasError } from '../../core/errors.ts'

/** Words that make a SELECT write, lock or read files of the server, wherever they stand outside of quotes. */
const FORBIDDEN = new Set([
  'INTO',
  'OUTFILE',
  'DUMPFILE',
  'LOAD_FILE',
  'GET_LOCK',
  'RELEASE_LOCK',
  'RELEASE_ALL_LOCKS',
  'NEXTVAL',
  'SETVAL',
  'LASTVAL',
  'PROCEDURE',
  'MASTER_POS_WAIT',
])
const BEGINNINGS = new Set(['SELECT', 'WITH', 'TABLE', 'VALUES'])

const TOKEN =
  /(?<space>\s+|#[^\n]*|--(?=[\s]|$)[^\n]*|\/\*(?!!|M!)[\s\S]*?\*\/)|(?<quoted>'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`]|``)*`)|(?<word>[\p{L}\p{N}_$@]+)|(?<sign>[\s\S])/uy

/**
 * A query as it can stand in `from ( … )`. Besides this the session's transaction is read-only.
 * @throws AtlasError `source.read_only` when it is anything but one SELECT, `source.bad_query` when it is cut off
 */
export function selectOnly(query: string): string {
  const { words, end } = readTokens(query)
  const first = words.find(({ text }) => text !== '(')?.text
  if (first === undefined) throw new AtlasError('source.bad_query', 'The query is empty.')
  if (!BEGINNINGS.has(first)) throw readOnly(`it begins with ${first}`)
  const forbidden = words.find(({ text }) => FORBIDDEN.has(text))
  if (forbidden !== undefined) throw readOnly(`${forbidden.text} is not read`)
  const locking = words.find(
    ({ text }, index) => ['UPDATE', 'SHARE'].includes(text) && ['FOR', 'IN'].includes(words[index - 1]?.text ?? ''),
  )
  const lockedIn = words.some(({ text }, index) => text === 'LOCK' && words[index + 1]?.text === 'IN')
  if (locking !== undefined || lockedIn) throw readOnly('it locks rows')
  return query.slice(0, end)
}

/** Words (upper case) and opening parentheses; `end` is where the query ends, a last semicolon left out. */
function readTokens(query: string): { words: { text: string }[]; end: number } {
  const words: { text: string }[] = []
  let depth = 0
  let end = query.length
  TOKEN.lastIndex = 0
  for (let match = TOKEN.exec(query); match?.groups !== undefined; match = TOKEN.exec(query)) {
    const { word, sign, space, quoted } = match.groups
    if (space === undefined && end < query.length) throw readOnly('it is more than one statement')
    if (word !== undefined) words.push({ text: word.toUpperCase() })
    else if (sign !== undefined) {
      if (sign === "'" || sign === '"' || sign === '`')
        throw new AtlasError('source.bad_query', `The query has a ${sign} that is not closed.`)
      if (sign === '/' && query[match.index + 1] === '*') throw readOnly('it has a comment that is run, or one that is not closed')
      depth += sign === '(' ? 1 : sign === ')' ? -1 : 0
      if (depth < 0) throw new AtlasError('source.bad_query', 'The query has a closing parenthesis too many.')
      if (sign === '(') words.push({ text: '(' })
      if (sign === ';') end = match.index
    } else if (quoted !== undefined) words.push({ text: "''" })
  }
  if (depth > 0) throw new AtlasError('source.bad_query', 'The query has a parenthesis that is not closed.')
  return { words, end }
}

function readOnly(why: string): AtlasError {
  return new AtlasError('source.read_only', `The query is not one plain SELECT: ${why}.`)
}

/** A query as a table; on a line of its own, because the query may end in a comment. */
export function derivedTable(query: string): string {
  return `(\n${selectOnly(query)}\n) as atlas_query`
}
