import { z } from 'zod'
import { defineAlertRule, type AlertWorld, type Finding } from '../alert-rule.ts'
import { certificateEnds } from '../certificate-ends.ts'

const DAY_MS = 86_400_000

export const credentialsExpiring = defineAlertRule({
  id: 'credentials-expiring',
  title: 'Credentials end soon',
  description:
    'API tokens of Atlas, certificates in the settings of sources, and credentials that a person said an end of, that end within so many days; and, where a limit is set, secrets of sources that were set longer ago. When a password or a refresh token of another system ends, that system does not tell.',
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
  const sources = await db
    .selectFrom('sources')
    .select(['name', 'settings', 'secrets_set_at', 'secrets_end_at', 'credentials_end'])
    .execute()
  return sources.flatMap(({ name, settings, secrets_set_at, secrets_end_at, credentials_end }) => {
    const inClear = certificateEnds(JSON.stringify(settings).replaceAll('\\n', '\n'))
    const ending = [...inClear, ...(secrets_end_at === null ? [] : [secrets_end_at])].filter((end) => end <= until)
    const said = credentials_end === null ? [] : [new Date(credentials_end)].filter((end) => end <= until)
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
      ...said.map((end) =>
        finding(
          `credentials ${name}`,
          end,
          now,
          `The credentials of ${name} ${end <= now ? 'ended' : 'end'} ${end.toISOString().slice(0, 10)}`,
          'Set new ones in the settings of the source, and when those end.',
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
