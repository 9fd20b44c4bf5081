import { id, join, sql, type Sql } from '../../core/sql.ts'
import type { Relation } from '../../core/relation.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { type ChosenRows, type RowRange, refusalMarks } from '../../store/quarantine-marks.ts'
import { publishedRefusals } from '../../store/quarantine-queries.ts'
import { quarantinePath } from '../quarantine.ts'
import type { RunContext, StreamWork } from '../run-context.ts'

/** Rows that earlier runs refused and that explore still has, by where they were landed. */
export interface KnownRefusals {
  /** Relation (landed_file, landed_row) of rows that were mended or given up, or are on their way back; null where there are none. */
  settled: Sql | null
  /** How many they are. */
  settledRows: number
  /** Relation (batch, number, landed_file, landed_row) of rows that are open; null where there are none. */
  open: Sql | null
}

export const NONE_KNOWN: KnownRefusals = { settled: null, settledRows: 0, open: null }

const TABLE = 'atlas known refusals'

/** What earlier runs refused of the rows that chart is made of anew. It stands in a table of this session. */
export async function knownRefusals(context: RunContext, work: StreamWork, session: LakeSession, source: Relation): Promise<KnownRefusals> {
  const { db, lake } = context.environment
  const batches = await publishedRefusals(db, `chart.${work.table}`)
  if (batches.length === 0 || source.files.length === 0) return NONE_KNOWN
  const marks = await refusalMarks(
    db,
    batches.map((batch) => batch.id),
  )
  const listed = join(batches.map((batch) => sql`(${batch.id}, ${quarantinePath(lake.folder, batch.path)})`))
  const files = join(batches.map((batch) => sql`${quarantinePath(lake.folder, batch.path)}`))
  const landed = join(source.files.map((file) => sql`(${file.path})`))
  const marked = join([
    sql`('', 0::bigint, 0::bigint, '')`,
    ...marks.map((mark) => sql`(${mark.batch}, ${mark.from}::bigint, ${mark.to}::bigint, ${mark.fate})`),
  ])
  // Batches of before places were kept lack the columns. A row may have been refused, let in and refused again: its newest batch counts.
  await session.run(sql`create or replace temp table ${id(TABLE)} as
    select batch, "number", landed_file, landed_row, coalesce(m.fate, 'open') as fate
    from (select b.batch, q.file_row_number + 1 as "number", q.landed_file, q.landed_row
      from (select null::varchar as landed_file, null::bigint as landed_row, null::varchar as filename, null::bigint as file_row_number where false
        union all by name select * from read_parquet([${files}], union_by_name = true, filename = true, file_row_number = true)) q
      join (values ${listed}) as b(batch, path) on q.filename = b.path
      semi join (values ${landed}) as kept(path) on kept.path = q.landed_file) refused
    left join (values ${marked}) as m(of_batch, "from", "to", fate)
      on m.of_batch = refused.batch and refused."number" >= m."from" and refused."number" < m."to"
    qualify row_number() over (partition by landed_file, landed_row order by batch desc) = 1`)
  const [count] = await session.rows(
    sql`select count(*) filter (where fate = 'settled')::bigint as settled, count(*) filter (where fate = 'open')::bigint as open from ${id(TABLE)}`,
  )
  const [settledRows, open] = [Number(count?.['settled']), Number(count?.['open'])]
  const of = (fate: string): Sql => sql`(select * from ${id(TABLE)} where fate = ${fate})`
  return { settled: settledRows === 0 ? null : of('settled'), settledRows, open: open === 0 ? null : of('open') }
}

/** Open rows that nothing refuses any more: chart gets them, so they are open no longer. @param refused relation with (landed_file, landed_row) */
export async function releasedRows(session: LakeSession, { open }: KnownRefusals, refused: Sql | null): Promise<ChosenRows> {
  if (open === null) return new Map()
  const still = refused === null ? sql`` : sql` anti join (${refused}) refused using (landed_file, landed_row)`
  const query = sql`select batch, min("number")::bigint as "from", max("number")::bigint + 1 as "to"
    from (select batch, "number", "number" - row_number() over (partition by batch order by "number") as island from ${open} known${still})
    group by batch, island order by batch, "from"`
  const released = new Map<string, RowRange[]>()
  for (const row of await session.rows(query)) {
    const batch = String(row['batch'])
    released.set(batch, [...(released.get(batch) ?? []), { from: Number(row['from']), to: Number(row['to']) }])
  }
  return released
}
