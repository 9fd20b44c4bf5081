export const PRODUCER = 'urn:atlas:platform'

/** One OpenLineage facet with who made it. @param schema version and name, e.g. `1-0-2/DataQualityAssertionsDatasetFacet` */
export function facet(schema: string, content: Record<string, unknown>): Record<string, unknown> {
  const name = schema.slice(schema.indexOf('/') + 1)
  return { _producer: PRODUCER, _schemaURL: `https://openlineage.io/spec/facets/${schema}.json#/$defs/${name}`, ...content }
}
