import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count } from './names.ts'

export const SecretRotation = z
  .object({
    resealed: Count.meta({ description: 'Secrets that are sealed with the new key now' }),
    stripped: Count.meta({ description: 'Ended runs whose sealed secrets were removed' }),
  })
  .meta({ id: 'SecretRotation' })
export type SecretRotation = z.infer<typeof SecretRotation>

export const secretEndpoints = endpoints({
  'POST /secrets/rotate': {
    summary: 'Seal every stored secret with a new key',
    description:
      'With ATLAS_SECRET_KEY set, with that key, after which ATLAS_SECRET_KEY_PREVIOUS is needed no more. The sources need not be told: what is sealed stays the same.',
    permission: 'settings.edit',
    reply: SecretRotation,
  },
})
