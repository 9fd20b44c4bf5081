import { AtlasError } from '../../core/errors.ts'
import type { ConnectorBody, Landing, Preview, ReadContext, ReadRequest, ReadResult, Stream } from '../connector.ts'
import { waitFor, type Wait } from '../http/backoff.ts'
import { throwIfCancelled } from '../http/cancelled.ts'
import { SalesforceStreamOptions, type SalesforceSettings } from './settings.ts'
import { checkOrganisation } from './check.ts'
import { cursorFields, describeObject, estimateRows, listObjects, type ObjectDescription, type ObjectHead } from './describe.ts'
import { readFull } from './read-full.ts'
import { readIncremental } from './read-incremental.ts'
import { planRead, type ReadPlan } from './read-plan.ts'
import type { ReadScope } from './read-scope.ts'
import { readByRest } from './rest-query.ts'
import { parseCustomSoql } from './custom-soql.ts'
import { previewOf } from './preview.ts'
import { openSession, type Session } from './session.ts'

const PARALLEL = 4

/** @param wait between tries and polls; tests pass a fast one */
export function createSalesforceBody(wait: Wait = waitFor): ConnectorBody<SalesforceSettings> {
  const withSession = async <T>(settings: SalesforceSettings, context: ReadContext, work: (session: Session) => Promise<T>): Promise<T> => {
    const session = openSession(settings, context, wait)
    try {
      return await work(session)
    } finally {
      await session.close()
    }
  }
  return {
    check: (settings, context) => withSession(settings, context, (session) => checkOrganisation(session, settings)),
    discover: (settings, context, only) => withSession(settings, context, (session) => discover(session, settings, only)),
    preview: (settings, request, context) =>
      withSession(settings, context, (session) => preview(session, settings, request, context, wait)),
    open: (settings, context) => {
      const session = openSession(settings, context, wait)
      return Promise.resolve({
        parallel: PARALLEL,
        read: (request, readContext, landing) => read(session, settings, request, readContext, landing, wait),
        close: () => session.close(),
      })
    },
  }
}

async function discover(session: Session, settings: SalesforceSettings, only: readonly string[] | undefined): Promise<Stream[]> {
  const objects = await listObjects(session)
  const wanted =
    only === undefined
      ? objects.toSorted((a, b) => Number(b.queryable) - Number(a.queryable))
      : objects.filter(({ name }) => only.includes(name))
  const estimates =
    wanted.length === 0 ? new Map<string, number>() : await estimateRows(session, only === undefined ? [] : wanted.map(({ name }) => name))
  const streams: Stream[] = []
  for (const object of wanted) {
    const described = only === undefined || !object.queryable ? null : await describeObject(session, object.name)
    streams.push(toStream(object, described, estimates.get(object.name) ?? null, settings))
  }
  return streams
}

/** A stream of an object; its fields and cursors where it was described (one request each). */
function toStream(
  object: ObjectHead,
  described: ObjectDescription | null,
  rowEstimate: number | null,
  settings: SalesforceSettings,
): Stream {
  const { name, label, queryable, custom } = object
  const columns = described === null ? null : planRead(described, fullRequest(name), settings, SalesforceStreamOptions.parse({})).columns
  const cursors = described === null ? undefined : cursorFields(described)
  return {
    name,
    title: label,
    kind: 'object',
    columns: columns?.map(({ from: _from, ...column }) => column) ?? null,
    rowEstimate,
    sizeBytes: null,
    pieces: 1,
    primaryKey: ['Id'],
    ...(cursors === undefined ? {} : { cursors }),
    ...(cursors?.length === 0 ? { modes: ['replace', 'full_append'] as const } : {}),
    details: { label, queryable, custom },
  }
}

function fullRequest(name: string): ReadRequest {
  const stream: Stream = { name, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
  return { stream, mode: 'replace', cursor: null, keys: [], select: null, where: null, query: null, options: {} }
}

async function read(
  session: Session,
  settings: SalesforceSettings,
  request: ReadRequest,
  context: ReadContext,
  landing: Landing,
  wait: Wait,
): Promise<ReadResult> {
  throwIfCancelled(context.signal)
  const scope = await openScope(session, settings, request, context, landing, wait)
  return scope.plan.cursor === null ? readFull(scope) : readIncremental(scope)
}

async function preview(
  session: Session,
  settings: SalesforceSettings,
  request: ReadRequest,
  context: ReadContext,
  wait: Wait,
): Promise<Preview> {
  const scope = await openScope(session, settings, { ...request, mode: 'replace', cursor: null }, context, null, wait)
  const { plan } = scope
  const tail = request.query === null ? 'LIMIT 50' : /\bLIMIT\b/i.test(plan.tail) ? plan.tail : `${plan.tail} LIMIT 50`.trim()
  return previewOf(await readByRest(scope, { from: plan.object.name, where: plan.where, tail }), plan)
}

async function openScope(
  session: Session,
  settings: SalesforceSettings,
  request: ReadRequest,
  context: ReadContext,
  landing: Landing | null,
  wait: Wait,
): Promise<ReadScope> {
  const options = SalesforceStreamOptions.safeParse(request.options)
  if (!options.success)
    throw new AtlasError(
      'source.bad_settings',
      `The options of ${request.stream.name}: ${options.error.issues[0]?.message ?? 'not valid'}.`,
    )
  const object = await describeObject(session, request.query === null ? request.stream.name : parseCustomSoql(request.query).from)
  const plan: ReadPlan = planRead(object, request, settings, options.data)
  const warnings: string[] = []
  let files = 0
  return {
    session,
    settings,
    options: options.data,
    plan,
    request,
    context,
    landing: landing ?? noLanding(),
    wait,
    warnings,
    warn: (message) => {
      if (warnings.includes(message)) return
      warnings.push(message)
      context.log('warn', message)
    },
    nextFile: () => ++files,
  }
}

/** A preview lands nothing. */
function noLanding(): Landing {
  return new Proxy({} as Landing, {
    get: (_target, name) => {
      throw new Error(`a preview uses no landing zone (${String(name)})`)
    },
  })
}
