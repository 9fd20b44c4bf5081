import { isEntity } from '../../contract/entities.ts'
import { id, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import type { ColumnFinding } from '../../privacy/classify-columns.ts'
import { joinFindings, tallySpans } from '../../privacy/engines/tally-spans.ts'
import type { EngineSpan, TextEngine } from '../../privacy/engines/text-engine.ts'
import type { RunContext, StreamWork } from '../run-context.ts'

/** Texts that an engine is given at once, between which a run can be cancelled. */
const BATCH = 200
/** Different values that tell whether a column is text, and the share of them that must be. */
const PROBE = { values: 200, share: 0.2 }
/** Two words with a space between them. */
const WORDS = String.raw`\pL{2}\s+\S*\pL{2}`

/**
 * Asks the engine that the settings name about every different text of the free-text columns, and adds what it finds. What it found is kept with the
 * stream for masking. Without an engine the rules alone have their say.
 * @throws AtlasError `pii.engine_unreachable`, `pii.engine_failed`, `pii.model_unusable`: then the run ends, and nothing of the stream is published
 */
export async function askEngine(
  { environment: { textEngine }, warnings, signal }: RunContext,
  work: StreamWork,
  session: LakeSession,
  relation: Sql,
  columns: readonly { name: string; type: string }[],
  byRules: readonly ColumnFinding[],
): Promise<ColumnFinding[]> {
  if (textEngine === undefined) return [...byRules]
  const whole = new Set(byRules.filter(({ within }) => within === 'column').map(({ column }) => column))
  const named = new Set(Object.keys(work.policy.entities))
  const spans = new Map<string, readonly EngineSpan[]>()
  const byEngine: ColumnFinding[] = []
  for (const { name, type } of columns) {
    if (type !== 'VARCHAR' || whole.has(name) || !(await isText(session, relation, name))) continue
    const rows = await textsOf(session, relation, name)
    await search(
      textEngine,
      [...rows.keys()].filter((text) => !spans.has(text)),
      spans,
      signal,
    )
    warnings.push(...unknownKinds(textEngine.id, name, rows, spans))
    byEngine.push(...tallySpans(name, { rows, spans }, textEngine.id, named))
  }
  work.engineSpans = spans
  return joinFindings(byRules, byEngine)
}

/** A kind of the engine's own, e.g. of a recognizer that a team added to its Presidio, has no rule in a policy: it is said, and not masked. */
function unknownKinds(
  engine: string,
  column: string,
  rows: ReadonlyMap<string, number>,
  spans: ReadonlyMap<string, readonly EngineSpan[]>,
): string[] {
  const found = [...rows.keys()].flatMap((text) => spans.get(text) ?? []).map(({ entity }) => entity)
  const unknown = [...new Set(found)].filter((entity) => !isEntity(entity))
  return unknown.map((entity) => `${engine} found ${entity} in the column ${column}, a kind that Atlas does not know: it is not masked.`)
}

async function isText(session: LakeSession, relation: Sql, column: string): Promise<boolean> {
  const values = sql`(select distinct ${id(column)}::varchar as v from (select * from ${relation} limit 20000) where trim(${id(column)}::varchar) <> '' limit ${PROBE.values})`
  const [row = {}] = await session.rows(
    sql`select count(*)::int as n, count(*) filter (where regexp_matches(v, ${WORDS}))::int as text from ${values}`,
  )
  return Number(row['n']) > 0 && Number(row['text']) >= PROBE.share * Number(row['n'])
}

/** Rows by text. The letter in front keeps the binding from dropping a byte order mark. */
async function textsOf(session: LakeSession, relation: Sql, column: string): Promise<Map<string, number>> {
  const cell = sql`${id(column)}::varchar`
  const rows = await session.textRows(sql`select '.' || ${cell}, count(*) from ${relation} where trim(${cell}) <> '' group by ${cell}`)
  return new Map(rows.map(([text, count]) => [(text ?? '.').slice(1), Number(count)]))
}

async function search(
  textEngine: TextEngine,
  texts: readonly string[],
  spans: Map<string, readonly EngineSpan[]>,
  signal: AbortSignal,
): Promise<void> {
  if (texts.length === 0) return
  const engine = await textEngine.engine()
  for (let at = 0; at < texts.length; at += BATCH) {
    const batch = texts.slice(at, at + BATCH)
    const found = await engine.analyze(batch, { signal })
    for (const [index, text] of batch.entries())
      spans.set(
        text,
        (found[index] ?? []).map(({ entity, start, end }) => ({ entity, start, end })),
      )
  }
}
