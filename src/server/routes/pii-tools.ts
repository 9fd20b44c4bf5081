import type { piiToolEndpoints } from '../../contract/pii-tools.ts'
import { ENTITIES } from '../../contract/entities.ts'
import { AtlasError } from '../../core/errors.ts'
import { sql } from '../../core/sql.ts'
import { classifySample } from '../../privacy/classify-sample.ts'
import { defaultAction } from '../../privacy/policy.ts'
import { measureRisk, MOST_COLUMNS, quasiIdentifiers } from '../../privacy/risk.ts'
import { revealToken } from '../../privacy/tokens/reveal.ts'
import { writeAudit } from '../../store/audit.ts'
import { type PinnedSnapshot, pinSnapshot, snapshotName } from '../../store/snapshots.ts'
import type { Handlers } from '../handlers.ts'
import { tryPolicy } from '../try-policy.ts'

export const piiToolRoutes: Handlers<typeof piiToolEndpoints> = {
  'POST /datasets/:name/pii-scan': async ({ params, signal }, { db, lake }) => {
    const pinned = await pinSnapshot(db, params.name)
    return lake.session((session) => classifySample(session, sql`(${lake.scan(pinned)})`, pinned.columns), signal)
  },

  'GET /datasets/:name/risk': async ({ params, query, signal }, { db, lake }) => {
    const pinned = await pinSnapshot(db, params.name)
    const columns = query.columns === undefined ? quasiIdentifiers(pinned.columns) : namedColumns(pinned, query.columns)
    const risk = await lake.session((session) => measureRisk(session, sql`(${lake.scan(pinned)})`, columns, query.k), signal)
    return { snapshotId: snapshotName(pinned.snapshotId), ...risk }
  },

  'POST /pii/try-policy': ({ body, signal }, { lake, random }) => tryPolicy(lake, body, random, signal),

  'POST /pii/reveal': async ({ body, caller, address }, { db, hashKey }) => {
    const { tokens, purpose, reason } = body
    await writeAudit(db, {
      actor: caller.actor,
      action: 'pii.revealed',
      target: purpose,
      detail: { tokens: tokens.length, reason },
      address,
    })
    return { values: tokens.map((token) => revealToken(hashKey, purpose, token)) }
  },

  'GET /pii/entities': () => [...ENTITIES.values()].map((facts) => ({ ...facts, defaultAction: defaultAction(facts.id) })),
}

/** @throws AtlasError `dataset.column_not_found`, `request.invalid` for too many */
function namedColumns(pinned: PinnedSnapshot, text: string): { name: string; type: string }[] {
  const names = [
    ...new Set(
      text
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  ]
  if (names.length > MOST_COLUMNS)
    throw new AtlasError('request.invalid', `columns names ${names.length} columns; at most ${MOST_COLUMNS} are measured together.`)
  return names.map((name) => {
    const column = pinned.columns.find((candidate) => candidate.name === name)
    if (column !== undefined) return column
    const known = pinned.columns.map((candidate) => candidate.name).join(', ')
    throw new AtlasError('dataset.column_not_found', `${pinned.name} has no column "${name}". It has ${known}.`)
  })
}
