import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { defineAlertRule, type AlertWorld, type Finding } from '../alert-rule.ts'

const DAY_MS = 86_400_000
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

export const credentialsExpiring = defineAlertRule({
  id: 'credentials-expiring',
  title: 'Credentials end soon',
  description:
    'API tokens of Atlas, and certificates in the settings of sources, that end within so many days; and, where a limit is set, secrets of sources that were set longer ago. When a password or a refresh token of another system ends, that system does not tell.',
  about: 'source',
  severity: 'warning',
  options: z.strictObject({
    days: z.int().min(1).max(365).default(14).meta({ title: 'Ends within, in days' }),
    oldAfterDays: z
      .int()
      .min(1)
      .max(3650)
      .optional()
      .meta({ title: 'Secrets set longer ago than, in days', description: 'Not looked at unless set' }),
  }),
  find: async (world, { days, oldAfterDays }) => {
    const until = new Date(world.now.getTime() + days * DAY_MS)
    return [...(await endingTokens(world, until)), ...(await ofSources(world, until, oldAfterDays))]
  },
  past: 'Atlas keeps no history of what credentials there were.',
})

async function endingTokens({ db, now }: AlertWorld, until: Date): Promise<Finding[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .select(['id', 'name', 'expires_at'])
    .where('revoked_at', 'is', null)
    .where('expires_at', '<=', until)
    .where('expires_at', '>', new Date(now.getTime() - 30 * DAY_MS))
    .execute()
  return rows.flatMap(({ id, name, expires_at: end }) =>
    end === null
      ? []
      : [finding(`token ${id}`, end, now, `The API token ${name} ${ends(end, now)}`, 'Create a new one with: atlas token create', null)],
  )
}

async function ofSources({ db, now }: AlertWorld, until: Date, oldAfterDays: number | undefined): Promise<Finding[]> {
  const sources = await db.selectFrom('sources').select(['name', 'settings', 'secrets_set_at']).execute()
  return sources.flatMap(({ name, settings, secrets_set_at }) => {
    const ending = certificateEnds(settings).filter((end) => end <= until)
    const old = Object.entries(secrets_set_at).filter(
      ([, at]) => oldAfterDays !== undefined && Date.parse(at) < now.getTime() - oldAfterDays * DAY_MS,
    )
    return [
      ...ending.map((end) =>
        finding(
          `certificate ${name}`,
          end,
          now,
          `A certificate of ${name} ${ends(end, now)}`,
          'Set a new certificate in the settings of the source.',
          name,
        ),
      ),
      ...old.map(([field, at]) =>
        finding(
          `${name} ${field}`,
          new Date(at),
          now,
          `${field} of ${name} was set ${at.slice(0, 10)}`,
          'Set a new one in the settings of the source.',
          name,
        ),
      ),
    ]
  })
}

/** When the certificates end that stand in settings in the clear; sealed ones are not opened for this. */
function certificateEnds(settings: unknown): Date[] {
  const blocks = JSON.stringify(settings).replaceAll('\\n', '\n').match(CERTIFICATE) ?? []
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block).validToDate]
    } catch {
      // What cannot be read is refused where it is used.
      return []
    }
  })
}

function ends(end: Date, now: Date): string {
  return `${end <= now ? 'ended' : 'ends'} ${end.toISOString().slice(0, 10)}`
}

function finding(subject: string, end: Date, now: Date, what: string, next: string, source: string | null): Finding {
  const link = source === null ? '/' : `/sources/${source}?tab=settings`
  return {
    subject,
    key: end.toISOString(),
    at: now,
    active: true,
    what,
    cause: null,
    next,
    pipeline: source,
    dataset: null,
    runId: null,
    link,
  }
}
