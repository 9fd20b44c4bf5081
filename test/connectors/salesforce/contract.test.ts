import { tmpdir } from 'node:os'
import { salesforce } from '../../../src/connectors/salesforce.ts'
import { connectorContract } from '../../suites/connector-contract.ts'
import { body, fill, openServer, settingsFor } from './salesforce-source.ts'

connectorContract({ ...salesforce, load: () => Promise.resolve(body) }, async () => {
  const server = await openServer()
  fill(server, 'Account', 3)
  const settings = settingsFor(server)
  return {
    settings,
    missing: { ...settings, loginUrl: 'http://127.0.0.1:9' },
    rows: 3,
    folder: tmpdir(),
    secret: server.tokens.app.clientSecret,
  }
})
