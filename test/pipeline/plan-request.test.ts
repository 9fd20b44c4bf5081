import { describe, expect, it } from 'vitest'
import { connectors } from '../../src/connectors/index.ts'
import { StreamRule } from '../../src/contract/pipelines.ts'
import { namedStream, planRequest } from '../../src/pipeline/plan-request.ts'

/** With a key of its own, so that every mode goes. */
const stream = { ...namedStream('orders'), primaryKey: ['id'] }
const plan = (connector: (typeof connectors)[number], part: object) =>
  planRequest(connector, stream, StreamRule.parse({ name: 'orders', mode: connector.modes[0], ...part }))

describe.each(connectors.map((connector) => [connector.id, connector] as const))('a stream of %s', (_id, connector) => {
  it('with a filter is read by it, or refused: never read in full in silence', () => {
    const where = { status: 'open' }
    if (connector.filters === true) expect(plan(connector, { where }).request.where).toEqual(where)
    else expect(() => plan(connector, { where })).toThrow(/has a filter/)
    expect(() => plan(connector, { where: {} })).not.toThrow()
  })

  it('with a query is read by it, or refused', () => {
    const query = 'select 1'
    if (connector.queryLanguage !== undefined) expect(plan(connector, { query }).request.query).toBe(query)
    else expect(() => plan(connector, { query })).toThrow(/takes none/)
  })
})
