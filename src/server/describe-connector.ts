import { z } from 'zod'
import type { Connector } from '../connectors/connector.ts'
import { settingsSchema } from '../connectors/settings-schema.ts'
import type { ConnectorInfo } from '../contract/sources.ts'
import { AtlasError } from '../core/errors.ts'

/** A connector as forms, the command line and docs need it. */
export function describeConnector(connector: Connector): ConnectorInfo {
  const { id, title, description, modes, streamOptions, filters, queryLanguage } = connector
  return {
    id,
    title,
    description,
    modes: [...modes],
    settings: settingsSchema(connector),
    streamOptions: streamOptions === undefined ? null : z.toJSONSchema(streamOptions, { io: 'input', unrepresentable: 'any' }),
    filters: filters ?? false,
    queryLanguage: queryLanguage ?? null,
  }
}

/** The connector with that id. @throws AtlasError `source.connector_not_available` */
export function findConnector(connectors: readonly Connector[], id: string): Connector {
  const found = connectors.find((connector) => connector.id === id)
  if (found !== undefined) return found
  const known = connectors.map((connector) => connector.id).join(', ')
  throw new AtlasError('source.connector_not_available', `There is no connector ${id} here; there is: ${known}.`)
}
