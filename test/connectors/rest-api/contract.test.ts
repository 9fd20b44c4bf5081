import { restApi } from '../../../src/connectors/rest-api.ts'
import { RestApiSettings } from '../../../src/connectors/rest-api/settings.ts'
import { linkRoute } from '../../servers/rest/paged-routes.ts'
import { startRestServer } from '../../servers/rest/rest-server.ts'
import { connectorContract } from '../../suites/connector-contract.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { records } from './read-api.ts'

const secret = 'canary-of-the-contract'

connectorContract(restApi, async () => {
  const rows = records(7, (id) => ({ updated_at: `2024-05-0${id}T10:00:00Z`, amount: id / 4, tags: ['a', id] }))
  const server = await startRestServer({ '/v1/orders': linkRoute(rows, 3, () => server.origin) })
  const settings = {
    attempts: 1,
    auth: { type: 'bearer', token: secret },
    streams: [{ name: 'orders', path: '/orders', primaryKey: ['id'] }],
  }
  return {
    settings: RestApiSettings.parse({ ...settings, url: `${server.origin}/v1` }),
    missing: RestApiSettings.parse({ ...settings, url: 'http://127.0.0.1:1/v1' }),
    rows: 7,
    folder: await temporaryFolder({}),
    append: { cursor: { column: 'updated_at', nulls: 'raise' } },
    secret,
  }
})
