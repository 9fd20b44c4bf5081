import { type Kysely, sql } from 'kysely'
import type { Caller } from '../../access/caller.ts'
import type { CodeFiles } from '../../contract/pipelines-as-code.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { writeAudit } from '../../store/audit.ts'
import { noteDeclared, type NotedFile } from '../../store/declared-with-pipeline.ts'
import { deletePipeline, storePipeline } from '../../store/pipelines.ts'
import type { Schema } from '../../store/schema.ts'
import { applyTransform, removeApplied } from '../../store/transforms.ts'
import type { Platform } from '../platform.ts'
import { applyDeclared } from './apply-declared.ts'
import { acceptCode, type AcceptedCode, type AcceptedPipeline } from './accept-code.ts'
import { compareCode, type ComparedCode } from './compare-code.ts'

interface Asker {
  caller: Caller
  address: string
}

/**
 * Makes what is stored what the files say, in one transaction.
 * @param expected id of the plan that was looked at
 * @throws AtlasError `pipeline.conflict` naming the file and who else has it, `pipeline.plan_stale`, and what `acceptCode` throws
 */
export async function applyCode(platform: Platform, asker: Asker, files: CodeFiles, expected: string | undefined): Promise<ComparedCode> {
  refuseTrials(files)
  const compared = await platform.secrets.whileSealing(async () => {
    const code = await acceptCode(platform, asker.caller, files)
    return platform.db.transaction().execute(async (transaction) => {
      // Nobody stores a pipeline between the comparison and what is done by it. Exclusive: a schedule that is firing holds its row, and ends first.
      await sql`lock table pipelines, schedules, transforms, freshness_targets, alert_rules in exclusive mode`.execute(transaction)
      const found = await compareCode(platform, transaction, code)
      refuseConflicts(found)
      if (expected !== undefined && expected !== found.id)
        throw new AtlasError('pipeline.plan_stale', 'What is stored, or a secret in the files, is no longer what the plan was made of.')
      await carryOut(platform, transaction, asker, code, found)
      return found
    })
  })
  platform.wakeScheduler()
  platform.wakeAlerts()
  return compared
}

function refuseTrials({ pipelines }: CodeFiles): void {
  const index = pipelines.findIndex(({ file }) => file === null)
  if (index < 0) return
  throw new AtlasError('request.invalid', 'A pipeline without a file can be planned, not applied.', {
    fields: [{ pointer: `/pipelines/${index}/file`, detail: 'is null' }],
    next: 'Store it with PUT /pipelines/:name.',
  })
}

/** @throws AtlasError `pipeline.conflict` */
function refuseConflicts({ changes }: ComparedCode): void {
  const conflicts = changes.filter(({ action }) => action === 'conflict')
  const [first] = conflicts
  if (first === undefined) return
  const others = conflicts.length > 1 ? ` And ${conflicts.length - 1} more.` : ''
  throw new AtlasError('pipeline.conflict', `The ${first.kind} ${first.name}: ${first.detail}.${others}`, {
    fields: conflicts.map(({ kind, name, detail }) => ({ pointer: `${kind} ${name}`, detail })),
  })
}

async function carryOut(
  platform: Platform,
  db: Kysely<Schema>,
  { caller, address }: Asker,
  code: AcceptedCode,
  found: ComparedCode,
): Promise<void> {
  const { random } = platform
  const now = platform.now()
  const by = caller.actor
  const versions: Record<string, number> = {}
  for (const { given, change } of found.pipelines) {
    const { file, definition, marks } = given
    if (file === null) continue
    const note = { by, at: now, change }
    versions[definition.name] = await storePipeline(db, newId('p', now.getTime(), random), definition, note, {
      file,
      project: code.project,
      commit: code.commit,
      marks,
    })
  }
  await applyDeclared(platform, db, by, found)
  for (const { given } of found.transforms) await applyTransform(db, { ...given, project: code.project }, now)
  if (code.prune) {
    for (const { name, git } of found.gone.pipelines) await deletePipeline(db, name, { by, at: now, file: git?.file ?? null })
    for (const { name } of found.gone.transforms) await removeApplied(db, name)
  }
  const done = found.changes.filter(({ action }) => action !== 'gone')
  if (done.length === 0) return
  await noteDeclared(db, code.pipelines.flatMap(noted(code.project)))
  const changes = done.map(({ kind, name, action, file }) => ({ kind, name, action, file }))
  const detail = { folder: code.folder, commit: code.commit, versions, changes }
  await writeAudit(db, { actor: by, action: 'pipelines.applied', target: code.folder, detail, address })
}

function noted(project: string): (given: AcceptedPipeline) => NotedFile[] {
  return ({ file, definition, schedules, freshness, alerts }) =>
    file === null ? [] : [{ pipeline: definition.name, file, project, declares: { schedules, freshness, alerts } }]
}
