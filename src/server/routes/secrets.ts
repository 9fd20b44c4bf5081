import type { secretEndpoints } from '../../contract/secrets.ts'
import { writeAudit } from '../../store/audit.ts'
import type { Handlers } from '../handlers.ts'

export const secretRoutes: Handlers<typeof secretEndpoints> = {
  'POST /secrets/rotate': async ({ caller, address }, { db, secrets }) => {
    const { resealed, stripped } = await secrets.rotate()
    await writeAudit(db, { actor: caller.actor, action: 'secrets.rotated', detail: { resealed, stripped }, address })
    return { resealed, stripped }
  },
}
