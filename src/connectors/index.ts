import type { ConnectorId } from '../contract/pipelines.ts'
import { AtlasError } from '../core/errors.ts'
import type { Connector } from './connector.ts'
import { files } from './files.ts'
import { googleSheets } from './google-sheets.ts'
import { mysql } from './mysql.ts'
import { restApi } from './rest-api.ts'
import { postgresql } from './postgresql.ts'
import { salesforce } from './salesforce.ts'

/** Every connector of this Atlas. Listing them loads no driver. */
export const connectors: readonly Connector[] = [files, postgresql, salesforce, googleSheets, mysql, restApi]

/**
 * The connector with that id.
 * @throws AtlasError `source.connector_not_available`
 */
export function connectorById(id: ConnectorId | (string & {})): Connector {
  const found = connectors.find((connector) => connector.id === id)
  if (found !== undefined) return found
  const known = connectors.map((connector) => connector.id).join(', ')
  throw new AtlasError('source.connector_not_available', `There is no connector ${JSON.stringify(id)} here; there is: ${known}.`)
}
