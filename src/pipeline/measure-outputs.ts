import type { Relation } from '../core/relation.ts'
import { type ColumnFacts, readColumnFacts } from '../lake/column-facts.ts'
import type { MeasuredOutput } from './openlineage-quality.ts'
import type { PendingDataset, RunContext } from './run-context.ts'

/**
 * What the run's OpenLineage event says of the datasets about to be published, once their snapshots are known. Nothing depends on it: where
 * the footers cannot be read, the run has a warning and the event no figures by column.
 */
export async function measureOutputs(
  context: Pick<RunContext, 'environment' | 'signal' | 'warnings'>,
  pending: readonly PendingDataset[],
  at: Date,
): Promise<(ids: ReadonlyMap<string, number>) => MeasuredOutput[]> {
  const facts = await readFacts(context, pending)
  return (ids) =>
    pending.flatMap(({ name, draft, relation }) => {
      const snapshotId = ids.get(name)
      if (snapshotId === undefined) return []
      const sizeBytes = relation.files.reduce((sum, file) => sum + file.sizeBytes, 0)
      return { draft, snapshotId, at, sizeBytes, columns: facts.get(relation) ?? new Map<string, ColumnFacts>() }
    })
}

/** By relation: navigate may be the same files as chart. Explore holds data as it came, and is not looked into. */
async function readFacts(
  { environment: { lake }, signal, warnings }: Pick<RunContext, 'environment' | 'signal' | 'warnings'>,
  pending: readonly PendingDataset[],
): Promise<ReadonlyMap<Relation, Map<string, ColumnFacts>>> {
  const facts = new Map<Relation, Map<string, ColumnFacts>>()
  const relations = new Set(pending.filter(({ name }) => !name.startsWith('explore.')).map(({ relation }) => relation))
  try {
    await lake.session(async (session) => {
      for (const relation of relations) facts.set(relation, await readColumnFacts(session, lake.folder, relation))
    }, signal)
  } catch (error) {
    signal.throwIfAborted()
    warnings.push(`The OpenLineage event has no figures by column: ${error instanceof Error ? error.name : 'unknown'}.`)
  }
  return facts
}
