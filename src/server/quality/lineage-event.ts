import type { Kysely } from 'kysely'
import { AtlasError } from '../../core/errors.ts'
import { endedEvent } from '../../pipeline/openlineage.ts'
import { findLineageEvent, type LineageEvent } from '../../store/lineage-events.ts'
import { readRun } from '../../store/runs.ts'
import type { Schema } from '../../store/schema.ts'

/**
 * The OpenLineage event of a run that has ended: as it was kept with what the run published or refused, or told from its row where nothing carried it
 * to its end.
 * @throws AtlasError `run.not_found`; `run.no_lineage` for a run that has not ended
 */
export async function readLineageEvent(db: Kysely<Schema>, runId: string): Promise<LineageEvent> {
  const kept = await findLineageEvent(db, runId)
  if (kept !== null) return kept
  const run = await readRun(db, runId)
  const event = endedEvent(run)
  if (event !== null) return event
  throw new AtlasError('run.no_lineage', `Run ${runId} is ${run.state} and has no OpenLineage event.`)
}
