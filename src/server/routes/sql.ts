import type { sqlEndpoints } from '../../contract/sql.ts'
import { writeAudit } from '../../store/audit.ts'
import { deleteTransform, readTransform, saveTransform } from '../../store/transforms.ts'
import type { Handlers } from '../handlers.ts'
import { describeTransform, listAllTransforms, refuseFile } from '../list-transforms.ts'
import { refuseCycles } from '../graph/refuse-cycles.ts'
import { querySnapshots } from '../query-snapshots.ts'

// What parses SQL loads DuckDB, which starting the server does not wait for: it is imported where it is used.

export const sqlRoutes: Handlers<typeof sqlEndpoints> = {
  'POST /sql': (input, platform) => querySnapshots(platform, input, input.body, input.signal),

  'GET /transforms': (_input, { db }) => listAllTransforms(db),

  'PUT /transforms/:name': async ({ params, body, caller, address }, platform) => {
    const { db, now } = platform
    await refuseFile(platform.db, params.name)
    await refuseCycles(db, [{ ...body, name: params.name, checks: [] }])
    await saveTransform(db, { name: params.name, ...body }, now())
    await writeAudit(db, { actor: caller.actor, action: 'transform.changed', target: params.name, detail: { sql: body.sql }, address })
    return describeTransform(await readTransform(db, params.name))
  },

  'DELETE /transforms/:name': async ({ params, caller, address }, platform) => {
    await refuseFile(platform.db, params.name)
    await deleteTransform(platform.db, params.name)
    await writeAudit(platform.db, { actor: caller.actor, action: 'transform.deleted', target: params.name, address })
  },

  'POST /transforms/:name/run': async ({ params, caller, address }, { db, runs }) => {
    const built = await runs.runTransform(params.name, caller.actor)
    await writeAudit(db, {
      actor: caller.actor,
      action: 'transform.run',
      target: params.name,
      detail: { snapshot: built.snapshotId, run: built.runId },
      address,
    })
    return built
  },
}
