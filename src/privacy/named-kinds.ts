import { ENTITIES, type Entity } from '../contract/entities.ts'
import { normaliseName } from '../core/names.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import type { ColumnFinding } from './classify-columns.ts'
import { percent } from './percent.ts'
import { presentText } from '../core/missing.ts'
import type { ClassifiedColumn } from './searched-column.ts'
import { writtenDay } from './written-day.ts'

/** A kind that a column's name tells, and its values must be able to be. */
interface NamedKind {
  entity: Entity
  /** Of the normalised name, whole. */
  name: RegExp
  types: RegExp
  /** True of a cell that can be one. */
  fits: (cell: Sql) => Sql
}

const kinds: readonly NamedKind[] = [
  {
    entity: 'DATE_OF_BIRTH',
    name: /^(?:.*_)?(?:dob|birth_?da(?:te|y)|date_of_birth|born(?:_on)?|foedselsda(?:to|g)|foedt|fodselsdato|foedelse(?:datum|dag)|geburts(?:datum|tag)|syntymaaika)$/,
    types: /^(?:DATE|TIMESTAMP.*|VARCHAR)$/,
    fits: (cell) => sql`(${writtenDay(cell)} between date '1870-01-01' and current_date)`,
  },
  {
    entity: 'PERSON',
    name: /^(?:.*_)?(?:(?:first|given|fore|last|family|middle|full|maiden|christian)_?names?|surname|fornavne?|efternavn|mellemnavn|fulde?_navn|etternavn|mellomnavn|fo(?:e)?rnamn|efternamn|vorname|nachname|(?:person|patient|employee|contact|kontakt|medarbejder)_?(?:name|navn))$/,
    types: /^VARCHAR$/,
    fits: (cell) => sql`regexp_full_match(${cell}, '\\s*\\pL[\\pL\\pM''’ .,-]{0,99}')`,
  },
]

const SHARE = 0.5

/** Columns that their name says to be of a kind, and half of whose cells can be. Columns of which something is known as a whole are left out. */
export async function findNamedKinds(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  known: readonly ColumnFinding[],
): Promise<ColumnFinding[]> {
  const settled = new Set(known.filter(({ within }) => within === 'column').map(({ column }) => column))
  const wanted = columns.flatMap((column) => {
    const kind = kinds.find(({ name, types }) => types.test(column.type) && name.test(normaliseName(column.name)))
    return kind === undefined || settled.has(column.name) ? [] : [{ column, kind }]
  })
  if (wanted.length === 0) return []
  const cells = wanted.map(({ column }, index) => {
    const cell = id(column.name)
    return sql`${column.type === 'VARCHAR' ? presentText(sql`${cell}::varchar`) : cell} as ${raw(`c${index}`)}`
  })
  const counts = wanted.map(
    ({ kind }, index) =>
      sql`count(${raw(`c${index}`)}) as ${raw(`n${index}`)}, count(*) filter (where ${kind.fits(raw(`c${index}`))}) as ${raw(`m${index}`)}`,
  )
  const [row = {}] = await query.rows(sql`select ${join(counts)} from (select ${join(cells)} from ${relation})`)
  return wanted.flatMap(({ column, kind }, index) => {
    const [rows, matches] = [Number(row[`n${index}`]), Number(row[`m${index}`])]
    return rows === 0 || matches < SHARE * rows ? [] : [finding(column.name, kind.entity, matches, rows)]
  })
}

function finding(column: string, entity: Entity, matches: number, rows: number): ColumnFinding {
  return {
    column,
    entity,
    matches,
    rows,
    confidence: Math.round((0.7 + (0.2 * matches) / rows) * 1000) / 1000,
    within: 'column',
    kind: 'entity',
    sampled: null,
    evidence: [
      'the name of the column says so',
      `${percent(matches, rows)} of the cells can be this: ${ENTITIES.get(entity)?.title ?? entity}`,
    ],
  }
}
