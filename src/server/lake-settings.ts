import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AtlasError } from '../core/errors.ts'

/** A bucket of an S3-compatible store, and the cache of what is read of it. */
export interface LakeSettings {
  bucket: string
  /** Of all keys, without `/` at either end; may be empty. */
  prefix: string
  endpoint: string | undefined
  region: string
  pathStyle: boolean
  cacheBytes: number
}

/** A folder outside of the home, which several machines may mount. */
export interface SharedFolderSettings {
  /** Absolute. */
  folder: string
}

/** For the docs. Credentials have no variables of Atlas: the AWS SDK finds them where it always does. */
export const lakeSettingDocs = [
  {
    name: 'ATLAS_LAKE_URL',
    default: 'the folder lake of the home',
    meaning:
      'Bucket that keeps the files of the lake, e.g. s3://company-data/atlas, or a folder that is there already, e.g. file:///mnt/lake. Credentials of a bucket ' +
      'come from where the AWS SDK looks for them.',
  },
  { name: 'ATLAS_LAKE_CACHE', default: '10GB', meaning: 'Disk space for copies of files read from ATLAS_LAKE_URL, for each process.' },
  { name: 'ATLAS_S3_ENDPOINT', default: 'AWS', meaning: 'Where an S3-compatible store answers, e.g. https://s3.example.com.' },
  { name: 'ATLAS_S3_REGION', default: 'AWS_REGION, or us-east-1', meaning: 'Region of the bucket.' },
  {
    name: 'ATLAS_S3_PATH_STYLE',
    default: 'true with ATLAS_S3_ENDPOINT, otherwise false',
    meaning: "Whether the bucket's name stands in the path of a request (true) or in its host (false).",
  },
] as const

/** What the environment says, as it stands there. */
interface LakeTexts {
  url: string | undefined
  endpoint: string | undefined
  region: string | undefined
  pathStyle: string | undefined
  cacheBytes: number
}

/** @throws AtlasError `cli.usage`; a URL that is not understood may hold a password, and is not repeated */
export function readLakeSettings({ url, endpoint, region, pathStyle, cacheBytes }: LakeTexts): LakeSettings | SharedFolderSettings | null {
  if (!url) return null
  if (url.startsWith('file:')) return { folder: sharedFolder(url) }
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url) ?? []
  const parts = prefix.split('/').filter((part) => part !== '')
  if (bucket === undefined || parts.some((part) => !/^[\w.-]+$/.test(part) || /^\.+$/.test(part)))
    throw new AtlasError(
      'cli.usage',
      'ATLAS_LAKE_URL must be s3://BUCKET, s3://BUCKET/PREFIX or file:///FOLDER, without a password, a query or spaces.',
    )
  if (endpoint && !/^https?:\/\/[^\s@?#]+$/.test(endpoint))
    throw new AtlasError('cli.usage', 'ATLAS_S3_ENDPOINT must be a URL such as https://s3.example.com, without a password or a query.')
  if (pathStyle && pathStyle !== 'true' && pathStyle !== 'false')
    throw new AtlasError('cli.usage', `ATLAS_S3_PATH_STYLE is "${pathStyle}"; it must be true or false.`)
  return {
    bucket,
    prefix: parts.join('/'),
    endpoint: endpoint || undefined,
    region: region || 'us-east-1',
    pathStyle: pathStyle ? pathStyle === 'true' : Boolean(endpoint),
    cacheBytes,
  }
}

function sharedFolder(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null
  const isPlain = parsed !== null && /^file:\/\/\/[^?#]+$/.test(url) && parsed.host === '' && !/%2f|%00/i.test(url)
  const folder = isPlain ? path.resolve(fileURLToPath(parsed)) : path.parse('/').root
  if (folder === path.parse(folder).root)
    throw new AtlasError(
      'cli.usage',
      'ATLAS_LAKE_URL must name a folder from the root on, such as file:///mnt/lake, without a host or a query.',
    )
  return folder
}
