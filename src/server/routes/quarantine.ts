import type { quarantineEndpoints } from '../../contract/quarantine.ts'
import { AtlasError } from '../../core/errors.ts'
import type { Handlers } from '../handlers.ts'

const nothingYet = (): never => {
  throw new AtlasError('quarantine.not_found', 'There is nothing in quarantine that can be worked on.')
}

export const quarantineRoutes: Handlers<typeof quarantineEndpoints> = {
  'GET /quarantine': () => [],
  'GET /quarantine/rows': () => ({ rows: [], total: 0 }),
  'GET /quarantine/groups': () => [],
  'GET /quarantine/acts': () => [],
  'POST /quarantine/preview': nothingYet,
  'POST /quarantine/replay': nothingYet,
  'POST /quarantine/discard': nothingYet,
  'GET /datasets/:name/rules/:rule/failing-rows': nothingYet,
}
