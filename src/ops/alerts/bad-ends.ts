import { sql } from 'kysely'
import { type ErrorCode, errors } from '../../core/errors.ts'
import { type BadEnd, badEndsSince, standingBadEnds } from '../../store/conditions/run-ends.ts'
import type { AlertWorld, Finding, PastFiring } from './alert-rule.ts'

/** Runs that ended so long ago are looked at still: the evaluator may have been down, or a clock set. What was counted is not counted again. */
const LOOK_BACK_MS = 25 * 3_600_000

const WORDS: Record<BadEnd['state'], string> = { failed: 'failed', blocked: 'was blocked', partial: 'published only a part' }

/** Runs that ended in a state, as findings by pipeline; active where nothing better came after. */
export async function findBadEnds({ db, now }: AlertWorld, state: BadEnd['state']): Promise<Finding[]> {
  const standing = (await standingBadEnds(db)).filter((end) => end.state === state)
  const active = new Set(standing.map(({ runId }) => runId))
  const recent = await badEndsSince(db, state, new Date(now.getTime() - LOOK_BACK_MS))
  const older = standing.filter(({ runId }) => !recent.some((end) => end.runId === runId))
  return [...recent, ...older].map((end) => ({
    subject: end.name,
    key: end.runId,
    at: end.endedAt,
    active: active.has(end.runId),
    what: `${end.name} ${WORDS[state]}${causeWords(end)}`,
    cause: end.error?.code ?? null,
    next: end.error?.next ?? 'Open the run to see what happened.',
    pipeline: end.kind === 'transform' ? null : end.pipeline,
    dataset: end.kind === 'transform' ? end.name : null,
    runId: end.runId,
    link: `/runs/${end.runId}`,
  }))
}

/** The title of the error, which is fixed; its detail may name what only readers of the run may see. */
function causeWords({ error }: BadEnd): string {
  if (error === null) return ''
  const title = Object.hasOwn(errors, error.code) ? errors[error.code as ErrorCode].title : error.title
  return `: ${title}`
}

/** Times at which a pipeline went from good to a state. */
export async function pastBadEnds({ db }: AlertWorld, state: BadEnd['state'], since: Date): Promise<PastFiring[]> {
  const { rows } = await sql<{ kind: string; pipeline: string; at: Date }>`
    select kind, pipeline, finished_at as at from (
      select kind, pipeline, state, finished_at, lag(state) over (partition by kind, pipeline order by queued_at, id) as before from runs
      where finished_at >= ${since} and state in ('succeeded', 'failed', 'blocked', 'partial')) ended
    where state = ${state} and before is distinct from state order by at desc`.execute(db)
  return rows.map(({ kind, pipeline, at }) =>
    kind === 'transform'
      ? { subject: `navigate.${pipeline}`, at, pipeline: null, dataset: `navigate.${pipeline}` }
      : { subject: pipeline, at, pipeline, dataset: null },
  )
}
