import type { graphEndpoints } from '../../contract/graph.ts'
import { AtlasError } from '../../core/errors.ts'
import { parseInterval } from '../../core/schedule/interval.ts'
import { writeAudit } from '../../store/audit.ts'
import { readFreshness } from '../../store/freshness-states.ts'
import { deleteFreshnessTarget, refuseHeldTarget, saveFreshnessTarget } from '../../store/freshness-targets.ts'
import { describeFreshness, describeGraph } from '../graph/describe-graph.ts'
import type { Handlers } from '../handlers.ts'

export const graphRoutes: Handlers<typeof graphEndpoints> = {
  'GET /graph': ({ query }, platform) => describeGraph(platform, query.around),

  'GET /freshness': async (_input, { db, now }) => (await readFreshness(db, now())).map(describeFreshness),

  'PUT /freshness/:dataset': async ({ params: { dataset }, body: { within }, caller, address }, platform) => {
    const { db, now } = platform
    const known = (await describeGraph(platform, dataset)).nodes.length > 0
    if (!known) throw new AtlasError('dataset.not_found', `There is no dataset ${dataset}, and nothing makes it.`)
    await refuseHeldTarget(db, dataset)
    const withinSeconds = parseInterval(within) / 1000
    await saveFreshnessTarget(db, { dataset, within, withinSeconds, by: caller.actor }, now())
    await writeAudit(db, { actor: caller.actor, action: 'freshness.set', target: dataset, detail: { within }, address })
    platform.wakeScheduler()
    const state = (await readFreshness(db, now())).find((one) => one.dataset === dataset)
    if (state === undefined) throw new AtlasError('freshness.not_found', `The freshness target for ${dataset} was taken away meanwhile.`)
    return describeFreshness(state)
  },

  'DELETE /freshness/:dataset': async ({ params: { dataset }, caller, address }, { db }) => {
    await refuseHeldTarget(db, dataset)
    await deleteFreshnessTarget(db, dataset)
    await writeAudit(db, { actor: caller.actor, action: 'freshness.removed', target: dataset, address })
  },
}
