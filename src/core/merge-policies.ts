import type { Policy } from '../contract/pii.ts'

/** A stream's policy on top of the pipeline's: what the stream names wins. */
export function mergePolicies(pipeline: Policy, stream: Partial<Policy> | undefined): Policy {
  return {
    ...pipeline,
    ...stream,
    entities: { ...pipeline.entities, ...stream?.entities },
    columns: { ...pipeline.columns, ...stream?.columns },
    ...(pipeline.datasets === undefined && stream?.datasets === undefined
      ? {}
      : { datasets: { ...pipeline.datasets, ...stream?.datasets } }),
  }
}
