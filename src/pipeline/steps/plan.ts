import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Connector, Stream } from '../../connectors/connector.ts'
import { guardConnector } from '../../connectors/guard-connector.ts'
import { StreamRule, type TransformRule } from '../../contract/pipelines.ts'
import type { CheckRule } from '../../contract/quality.ts'
import type { StepName } from '../../contract/runs.ts'
import { AtlasError, toProblem } from '../../core/errors.ts'
import { downstreamOf } from '../../core/graph/order.ts'
import { mergePolicies } from '../../core/merge-policies.ts'
import { normaliseName } from '../../core/names.ts'
import { parseUserSql } from '../../lake/user-sql/parse.ts'
import { policyFor } from '../../privacy/policy.ts'
import { assertRules } from '../../quality/index.ts'
import { emptyLanding } from '../landing.ts'
import { namedStream, planRequest } from '../plan-request.ts'
import { type PinnedSnapshot, pinSnapshot } from '../../store/snapshots.ts'
import { readStreamState } from '../../store/stream-states.ts'
import { readSourceSettings } from '../../store/sources.ts'
import { assertQuarantines } from '../measuring/rule-kind.ts'
import { assertNotReread, textReadingOf } from '../replay/plan-replay.ts'
import { replayConnector } from '../replay/replay-connector.ts'
import type { PlannedTransform, Replay, RunContext, StreamWork } from '../run-context.ts'
import { readStoredTransforms } from '../stored-transforms.ts'
import { readContext } from './extract.ts'
import { pinParent } from './land.ts'
import { orderTransforms } from './transform.ts'

export interface Plan {
  connector: Connector
  settings: unknown
}

/** Finds out what the run will do; whatever cannot work fails here, before anything is read. */
export async function plan(context: RunContext): Promise<Plan> {
  const { connector, settings, described } = context.replay === null ? await openSource(context) : await openReplay(context, context.replay)
  const body = await connector.load()
  const { streams: rules } = context.pipeline
  const asked = rules.length === 0 ? undefined : rules.map((rule) => rule.name)
  const streams = await body.discover(settings, readContext(context, null), asked)
  const chosen = chooseStreams(streams, rules)
  for (const { stream, rule, missing } of chosen) {
    const work = await planStream(context, connector, described, stream, rule)
    context.streams.push(missing === null ? work : { ...work, failed: toProblem(missing) })
  }
  assertTablesDiffer(context.streams)
  for (const work of context.streams) assertDeclared(work.rule.checks)
  context.transforms = orderTransforms(await planTransforms(context))
  return { connector, settings }
}

/** The rows of a replay in place of the source. */
async function openReplay(context: RunContext, replay: Replay): Promise<Plan & { described: Record<string, unknown> }> {
  const { db, lake } = context.environment
  await assertNotReread(
    db,
    replay.files.map(({ batch }) => batch),
  )
  const explore = await pinSnapshot(db, `explore.${replay.dataset}`)
  const columns = explore.columns.map(({ name, type }) => ({ name, type }))
  const source = { ...replay, columns, lakeFolder: lake.folder, text: textReadingOf(explore) }
  return { connector: replayConnector(source), settings: {}, described: { replay: context.runId } }
}

/** @throws AtlasError `pipeline.unknown_check`, `pipeline.invalid` */
function assertDeclared(rules: readonly CheckRule[]): void {
  assertRules(rules)
  rules.forEach(assertQuarantines)
}

/** The run's connector with its settings, secrets opened. `described` are the settings as they are stored, for fingerprints. */
async function openSource(context: RunContext): Promise<Plan & { described: Record<string, unknown> }> {
  const { source } = context.pipeline
  const { connectors, secrets, db } = context.environment
  const stored = source.saved === undefined ? source : await readSourceSettings(db, source.saved)
  const settings = await secrets.openSettings(stored.settings)
  const opened = openConnector(connectors, { connector: stored.connector, settings })
  return { settings: opened.settings, connector: guardConnector(opened.connector, settings), described: stored.settings }
}

/**
 * The connector that a pipeline names, and its settings checked.
 * @throws AtlasError `source.connector_not_available`, `source.bad_settings`
 */
export function openConnector(connectors: readonly Connector[], source: { connector: string; settings: unknown }): Plan {
  const connector = connectors.find((candidate) => candidate.id === source.connector)
  if (connector === undefined) {
    const known = connectors.map((candidate) => candidate.id).join(', ')
    throw new AtlasError('source.connector_not_available', `There is no connector ${source.connector}; this Atlas has ${known}.`)
  }
  const parsed = connector.settings.safeParse(source.settings)
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => ({ pointer: `/source/settings/${issue.path.join('/')}`, detail: issue.message }))
    throw new AtlasError('source.bad_settings', `The settings of ${source.connector} are not valid: ${z.prettifyError(parsed.error)}`, {
      fields,
    })
  }
  return { connector, settings: parsed.data }
}

interface Chosen {
  stream: Stream
  rule: StreamRule
  /** Why it cannot be read; the other streams can. */
  missing: AtlasError | null
}

function chooseStreams(streams: readonly Stream[], rules: readonly StreamRule[]): Chosen[] {
  if (rules.length === 0) {
    if (streams.length === 0) throw new AtlasError('source.no_streams', 'The source has no stream.')
    return streams.map((stream) => ({ stream, rule: StreamRule.parse({ name: stream.name }), missing: null }))
  }
  const chosen = rules.map((rule) => {
    // A source with one stream needs no name to find it by.
    const only = streams.length === 1 && rules.length === 1 ? streams[0] : undefined
    const stream = streams.find((candidate) => candidate.name === rule.name) ?? only
    if (stream !== undefined) return { stream, rule, missing: null }
    return { stream: namedStream(rule.name), rule, missing: rule.query === undefined ? notFound(rule, streams) : null }
  })
  const [first] = chosen
  if (first?.missing && chosen.every(({ missing }) => missing !== null)) throw first.missing
  return chosen
}

function notFound({ name }: StreamRule, streams: readonly Stream[]): AtlasError {
  const known = streams.map((candidate) => `"${candidate.name}"`).join(', ')
  return new AtlasError(
    'source.stream_not_found',
    `The source has no stream "${name}"; ${known === '' ? 'it has none of those asked for' : `it has ${known}`}.`,
  )
}

/**
 * Whether an incremental stream of which no state is kept begins anew: where this pipeline itself filled the dataset, in full or under a source that was deleted
 * since, reading all of it again must replace those rows. Rows of another pipeline are added to, with a warning.
 */
async function beginsAnew(context: RunContext, stream: string, rule: StreamRule, parent: PinnedSnapshot | null): Promise<boolean> {
  if (parent?.runId == null) return false
  const { db } = context.environment
  if ((await readStreamState(db, context.pipeline.name, stream)) !== null) return false
  const run = await db.selectFrom('runs').select('pipeline').where('id', '=', parent.runId).executeTakeFirst()
  const isOurs = run?.pipeline === context.pipeline.name
  if (run !== undefined && !isOurs) {
    const does = rule.mode === 'replace' ? 'replaces' : 'adds to'
    context.warnings.push(
      `${parent.name} was filled by ${run.pipeline}; this run ${does} its rows. Name another dataset with dataset: if it should not.`,
    )
  }
  return isOurs && (rule.mode === 'append' || rule.mode === 'merge') && rule.cursor?.backfill === undefined
}

async function planStream(
  context: RunContext,
  connector: Connector,
  described: Record<string, unknown>,
  stream: Stream,
  declared: StreamRule,
): Promise<StreamWork> {
  const table = declared.dataset ?? normaliseName(declared.name)
  if (table === '')
    throw new AtlasError(
      'pipeline.invalid',
      `The stream "${declared.name}" has no letter or digit to name a dataset by; give it one with dataset:.`,
    )
  const parent = await pinParent(context, `explore.${table}`)
  const restart = declared.restart === true || (context.replay === null && (await beginsAnew(context, stream.name, declared, parent)))
  const { rule, request } = planRequest(connector, stream, restart ? { ...declared, restart } : declared)
  return {
    stream,
    rule,
    request,
    fingerprint: fingerprint([connector.id, described, { ...request, stream: stream.name }, parent?.snapshotId ?? null]),
    policy: policyFor(mergePolicies(context.pipeline.policy, rule.policy), table),
    table,
    read: null,
    failed: null,
    setAside: null,
    discarded: 0,
    refusedByRule: new Map(),
    released: new Map(),
    schemaChanges: [],
    alwaysFilled: null,
    landed: emptyLanding({ parent }),
    parent,
    explore: null,
    inferred: [],
    findings: [],
    engineSpans: null,
    chart: null,
    published: 0,
    deduplicated: 0,
    ambiguousDates: 0,
    quality: null,
    checks: [],
  }
}

function fingerprint(facts: unknown): string {
  // A secret is sealed anew each time it is given: only that there is one counts.
  const text = JSON.stringify(facts, (key: string, value: unknown) => (key === '$sealed' ? '' : value))
  return createHash('sha256').update(text).digest('hex')
}

function assertTablesDiffer(streams: readonly StreamWork[]): void {
  const byTable = new Map<string, string>()
  for (const work of streams) {
    const other = byTable.get(work.table)
    if (other !== undefined)
      throw new AtlasError(
        'pipeline.invalid',
        `The streams "${other}" and "${work.stream.name}" would both become ${work.table}; give one another name with dataset:.`,
      )
    byTable.set(work.table, work.stream.name)
  }
}

/** The pipeline's own transforms, and the stored ones that read what this run publishes. */
async function planTransforms(context: RunContext): Promise<PlannedTransform[]> {
  const named = context.pipeline.transforms.filter((rule) => rule.runs !== 'never')
  const own = await Promise.all(named.map((rule) => parseTransform(rule, 'pipeline')))
  const stored = await readStoredTransforms(context.environment.db, context.workingFolder)
  const all = await Promise.all(
    stored.filter((rule) => !own.some((mine) => mine.name === rule.name)).map((rule) => parseTransform(rule, rule.origin)),
  )
  // What is built apart follows in runs of its own, and so does all that reads it: within this run it would read what was before.
  const apart = new Set(all.filter((rule) => rule.runs === 'apart').map((rule) => `navigate.${rule.name}`))
  const after = downstreamOf(new Map(all.map((rule) => [`navigate.${rule.name}`, rule.reads])), apart)
  const others = all.filter(({ name, runs }) => runs !== 'never' && !apart.has(`navigate.${name}`) && !after.has(`navigate.${name}`))
  const touched = new Set(
    context.streams.flatMap((work) => [`chart.${work.table}`, `navigate.${work.table}`]).concat(own.map((rule) => `navigate.${rule.name}`)),
  )
  const chosen = [...own]
  for (let more = true; more;) {
    const next = others.filter((rule) => !chosen.includes(rule) && rule.reads.some((name) => touched.has(name)))
    for (const rule of next) touched.add(`navigate.${rule.name}`)
    chosen.push(...next)
    more = next.length > 0
  }
  return chosen
}

/** @throws AtlasError `sql.*` naming the transform */
export async function parseTransform(rule: TransformRule, origin: PlannedTransform['origin']): Promise<PlannedTransform> {
  assertDeclared(rule.checks)
  try {
    const { datasets } = await parseUserSql(rule.sql)
    const explore = datasets.find((name) => name.startsWith('explore.'))
    if (explore !== undefined)
      throw new AtlasError(
        'sql.forbidden_table',
        `It reads ${explore}; a transform reads chart and navigate only, where personal data is masked.`,
      )
    return { ...rule, origin, reads: datasets }
  } catch (error) {
    if (error instanceof AtlasError)
      throw new AtlasError(error.code, `Transform ${rule.name}: ${error.message}`, { cause: error, next: error.next })
    throw error
  }
}

/** The run's steps, in order, once its streams are known. */
export function runSteps(streams: readonly StreamWork[]): { stream: string; name: StepName }[] {
  const perStream: StepName[] = ['extract', 'land', 'classify', 'standardise', 'check']
  return [
    ...streams.flatMap((work) => perStream.map((name) => ({ stream: work.stream.name, name }))),
    { stream: '', name: 'transform' as const },
    { stream: '', name: 'publish' as const },
  ]
}
