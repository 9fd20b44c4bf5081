import { availableParallelism, totalmem } from 'node:os'
import { AtlasError } from '../core/errors.ts'
import { lakeSettingDocs, type LakeSettings, readLakeSettings, type SharedFolderSettings } from './lake-settings.ts'

/** What the environment says; the one place that reads it. Every variable is described in `settingDocs`. */
export interface Settings {
  databaseUrl: string | undefined
  /** Keys that secrets of sources are sealed with; the home's key file without them. */
  secretKey: string | undefined
  previousSecretKeys: string | undefined
  /** DuckDB's share for all work of this process. */
  memoryBytes: number
  threads: number
  runConcurrency: number
  uploadLimitBytes: number
  sqlTimeoutMs: number
  sqlMemoryBytes: number
  orphanGraceMs: number
  retentionDays: number
  retentionSnapshots: number
  runDetailDays: number
  environment: string | null
  /** Folder of a token classifier that finds personal data in text. */
  piiModel: string | undefined
  /** Where a Presidio analyzer answers. */
  presidioUrl: string | undefined
  timeZone: string
  /** Where people reach the web app; messages of alerts link there. */
  url: string | null
  hosts: string[]
  /** The bucket or the folder that keeps the files of the lake; null where the home does. */
  lake: LakeSettings | SharedFolderSettings | null
}

/** For the docs: name, default and meaning of every environment variable. */
export const settingDocs = [
  { name: 'ATLAS_HOME', default: './.atlas', meaning: 'Folder that holds everything.' },
  { name: 'ATLAS_DATABASE_URL', default: 'the embedded Postgres', meaning: 'A Postgres of your own, as a URL.' },
  {
    name: 'ATLAS_SECRET_KEY',
    default: 'a key file in the home',
    meaning: 'Key that secrets of sources are sealed with: 32 bytes in base64, e.g. from openssl rand -base64 32.',
  },
  {
    name: 'ATLAS_SECRET_KEY_PREVIOUS',
    default: 'none',
    meaning: 'Keys that were used before, with commas between; they only open. atlas secrets rotate seals anew.',
  },
  {
    name: 'ATLAS_MEMORY',
    default: '2GB, or half of a smaller machine',
    meaning: 'Memory that DuckDB may use for all work together; beyond it work is spilled to disk.',
  },
  { name: 'ATLAS_THREADS', default: 'all cores', meaning: 'Threads that DuckDB may use.' },
  { name: 'ATLAS_RUN_CONCURRENCY', default: '2', meaning: 'Runs at once; never two of one pipeline.' },
  { name: 'ATLAS_UPLOAD_LIMIT', default: '5GB', meaning: 'Largest file that can be uploaded.' },
  { name: 'ATLAS_SQL_TIMEOUT', default: '60s', meaning: 'Longest time that one query may take, e.g. 500ms, 60s, 5min.' },
  { name: 'ATLAS_SQL_MEMORY', default: '1GB', meaning: 'Memory that one query or transform may use.' },
  { name: 'ATLAS_ORPHAN_GRACE', default: '1h', meaning: 'How long a file that no snapshot names is kept.' },
  { name: 'ATLAS_RETENTION_DAYS', default: '30', meaning: 'Days that snapshots stay readable after a newer one was published.' },
  {
    name: 'ATLAS_RUN_DETAIL_DAYS',
    default: '90',
    meaning: 'Days that the steps and the log of a run that has ended are kept; the run stays.',
  },
  { name: 'ATLAS_RETENTION_SNAPSHOTS', default: '10', meaning: 'Newest snapshots of a dataset that stay readable however old.' },
  {
    name: 'ATLAS_PII_MODEL',
    default: 'none',
    meaning: 'Folder of a token classifier (model.onnx, tokenizer.json, config.json) that finds names in text beside the rules.',
  },
  {
    name: 'ATLAS_PRESIDIO_URL',
    default: 'none',
    meaning: 'A running Presidio analyzer that finds personal data in text, e.g. http://127.0.0.1:5002.',
  },
  ...lakeSettingDocs,
  { name: 'ATLAS_ENVIRONMENT', default: 'none', meaning: 'Word shown in the header, e.g. production.' },
  { name: 'ATLAS_TIME_ZONE', default: "the machine's", meaning: 'Zone in which times are shown, e.g. Europe/Copenhagen.' },
  { name: 'ATLAS_URL', default: 'none', meaning: 'Where people reach the web app, e.g. https://atlas.example.com; alerts link to it.' },
  { name: 'ATLAS_HOSTS', default: 'none', meaning: 'Further host names that the server answers to, with commas between.' },
  { name: 'ATLAS_LOG_LEVEL', default: 'warn', meaning: 'What the server logs on stderr: fatal, error, warn, info, debug or trace.' },
] as const

/** DuckDB takes what it may while it writes in order: with more, a job of four times the rows needs twice the memory, and is no faster. */
const DEFAULT_MEMORY = 2e9

type Environment = Record<string, string | undefined>

/** Reads the settings. @throws AtlasError `cli.usage` naming the variable and what it may be */
export function readSettings(env: Environment): Settings {
  return {
    databaseUrl: env['ATLAS_DATABASE_URL'] || undefined,
    secretKey: env['ATLAS_SECRET_KEY'] || undefined,
    previousSecretKeys: env['ATLAS_SECRET_KEY_PREVIOUS'] || undefined,
    memoryBytes: bytes(env, 'ATLAS_MEMORY', Math.min(DEFAULT_MEMORY, Math.floor(totalmem() / 2))),
    threads: whole(env, 'ATLAS_THREADS', availableParallelism()),
    runConcurrency: whole(env, 'ATLAS_RUN_CONCURRENCY', 2),
    uploadLimitBytes: bytes(env, 'ATLAS_UPLOAD_LIMIT', 5e9),
    sqlTimeoutMs: duration(env, 'ATLAS_SQL_TIMEOUT', 60_000),
    sqlMemoryBytes: bytes(env, 'ATLAS_SQL_MEMORY', 1e9),
    orphanGraceMs: duration(env, 'ATLAS_ORPHAN_GRACE', 3_600_000),
    retentionDays: whole(env, 'ATLAS_RETENTION_DAYS', 30),
    retentionSnapshots: whole(env, 'ATLAS_RETENTION_SNAPSHOTS', 10),
    runDetailDays: whole(env, 'ATLAS_RUN_DETAIL_DAYS', 90),
    environment: env['ATLAS_ENVIRONMENT'] || null,
    piiModel: env['ATLAS_PII_MODEL'] || undefined,
    presidioUrl: env['ATLAS_PRESIDIO_URL'] || undefined,
    timeZone: zone(env),
    url: webAddress(env),
    hosts: (env['ATLAS_HOSTS'] ?? '')
      .split(',')
      .map((host) => host.trim())
      .filter((host) => host !== ''),
    lake: readLakeSettings({
      url: env['ATLAS_LAKE_URL'],
      endpoint: env['ATLAS_S3_ENDPOINT'],
      region: env['ATLAS_S3_REGION'] || env['AWS_REGION'],
      pathStyle: env['ATLAS_S3_PATH_STYLE'],
      cacheBytes: bytes(env, 'ATLAS_LAKE_CACHE', 10e9),
    }),
  }
}

const BYTE_UNITS: Record<string, number> = {
  '': 1,
  'b': 1,
  'kb': 1e3,
  'mb': 1e6,
  'gb': 1e9,
  'tb': 1e12,
  'kib': 2 ** 10,
  'mib': 2 ** 20,
  'gib': 2 ** 30,
  'tib': 2 ** 40,
}
const TIME_UNITS: Record<string, number> = { ms: 1, s: 1e3, min: 6e4, m: 6e4, h: 3.6e6, d: 8.64e7 }

function bytes(env: Environment, name: string, fallback: number): number {
  return quantity(env, name, fallback, BYTE_UNITS, 'a size such as 500MB or 4GB')
}

function duration(env: Environment, name: string, fallback: number): number {
  return quantity(env, name, fallback, TIME_UNITS, 'a time such as 500ms, 60s or 5min')
}

function quantity(env: Environment, name: string, fallback: number, units: Record<string, number>, form: string): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const unit = units[(match?.[2] ?? '?').toLowerCase()]
  const value = Math.floor(Number(match?.[1]) * (unit ?? Number.NaN))
  if (!(value > 0 || (value === 0 && units === TIME_UNITS))) throw new AtlasError('cli.usage', `${name} is "${text}"; it must be ${form}.`)
  return value
}

function whole(env: Environment, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new AtlasError('cli.usage', `${name} is "${text}"; it must be a whole number from 1.`)
  return Number(text)
}

/** Without a slash at its end. */
function webAddress(env: Environment): string | null {
  const text = env['ATLAS_URL']
  if (text === undefined || text === '') return null
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '')
    return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  throw new AtlasError('cli.usage', `ATLAS_URL is "${text}"; it must be an address such as https://atlas.example.com.`)
}

function zone(env: Environment): string {
  const name = env['ATLAS_TIME_ZONE'] || Intl.DateTimeFormat().resolvedOptions().timeZone
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch (cause) {
    throw new AtlasError('cli.usage', `ATLAS_TIME_ZONE is "${name}", which is no time zone; it must be a name such as Europe/Copenhagen.`, {
      cause,
    })
  }
}
