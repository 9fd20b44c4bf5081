import type { JsonObject, JsonSchema } from '../../schema-form/json-schema.ts'

/** Which setting takes which part of a connection string, by the names that settings have. */
const PARTS: Record<string, string[]> = {
  host: ['host', 'hostname', 'server'],
  port: ['port'],
  database: ['database', 'dbname', 'db'],
  user: ['user', 'username'],
  password: ['password'],
}

/** Whether the settings have the parts of a connection string. */
export function takesConnectionString(schema: JsonSchema): boolean {
  return ['host', 'user', 'password'].every((part) => settingFor(schema, part) !== undefined)
}

/** Settings from `postgresql://user:secret@host:5432/database`; null when it is none. Parts without a setting are left out. */
export function readConnectionString(schema: JsonSchema, text: string): JsonObject | null {
  const url = URL.parse(text.trim())
  if (url === null || url.hostname === '' || !/^(postgres|postgresql|mysql|mariadb):$/.test(url.protocol)) return null
  const told: Record<string, string> = {
    // libpq's way to name the folder of a Unix socket.
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[|\]$/g, ''),
    port: url.port,
    database: decodeURIComponent(url.pathname.slice(1)),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  }
  const settings: JsonObject = {}
  for (const [part, value] of Object.entries(told)) {
    const key = settingFor(schema, part)
    if (key !== undefined && value !== '') settings[key] = part === 'port' ? Number(value) : value
  }
  const tls = url.searchParams.get('sslmode')
  if (tls !== null && schema.properties?.['tls']?.enum?.includes(tls) === true) settings['tls'] = tls
  return settings
}

function settingFor(schema: JsonSchema, part: string): string | undefined {
  return PARTS[part]!.find((key) => schema.properties?.[key] !== undefined)
}
