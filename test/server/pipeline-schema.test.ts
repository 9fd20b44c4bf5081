import { expect, it } from 'vitest'
import { connectors } from '../../src/connectors/index.ts'
import { pipelineSchema } from '../../src/server/pipeline-schema.ts'
import { parcels } from '../support/parcel-service.ts'

interface Schema {
  $defs: Record<string, unknown>
  allOf: { if: unknown; then: { properties: { source: { properties: { settings: Record<string, unknown> } } } } }[]
}

const reference = { type: 'string', pattern: String.raw`\$\{(env|file):[^}]+\}` }

it('the schema of a pipeline file knows the settings of each connector', () => {
  const { allOf } = pipelineSchema([parcels]) as unknown as Schema
  expect(allOf).toHaveLength(1)
  expect(allOf[0]?.if).toMatchObject({ properties: { source: { properties: { connector: { const: 'kafka' } } } } })
  const { settings } = allOf[0]?.then.properties.source.properties ?? {}
  expect(settings).toMatchObject({ required: ['url', 'auth'], additionalProperties: false })
  expect(settings).toMatchObject({ properties: { auth: { oneOf: [{}, {}] } } })
})

it('it takes a reference wherever a value has a form of its own', () => {
  const { allOf } = pipelineSchema([parcels]) as unknown as Schema
  const fields = allOf[0]?.then.properties.source.properties.settings['properties'] as Record<string, object>
  expect(fields['pageSize']).toMatchObject({
    title: 'Page size',
    default: 10,
    anyOf: [{ type: 'integer', minimum: 1, maximum: 100 }, reference],
  })
})

it('every reference in it leads somewhere, with the connectors of this Atlas', () => {
  const schema = pipelineSchema(connectors) as unknown as Schema
  const references = JSON.stringify(schema).match(/"\$ref":"[^"]+"/g) ?? []
  const names = references.map((text) => text.slice('"$ref":"#/$defs/'.length, -1))
  expect(names.length).toBeGreaterThan(5)
  expect(names.filter((name) => !Object.hasOwn(schema.$defs, name))).toEqual([])
})
