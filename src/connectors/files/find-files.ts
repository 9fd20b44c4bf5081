import { glob, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import type { FilesSettings } from '../files.ts'
import type { ReadContext } from '../connector.ts'
import { download, isUrl, shownUrl } from './download.ts'
import { formatOfName, stemOf } from './format.ts'

export interface SourceFile {
  /** Where it lies on this machine. */
  path: string
  /** As shown to people: the name within its folder, or the address without credentials and query. */
  shown: string
  /** The last part of its name, with suffixes. */
  fileName: string
  sizeBytes: number
  /** Values from folders named `key=value`, in their order. */
  partitions: { name: string; value: string | null }[]
}

export interface FileSet {
  /** What the stream is called unless somebody named it. */
  name: string
  /** In the order of their names; at least one. */
  files: SourceFile[]
}

/**
 * The files that the settings mean, sorted by name. An http(s) address is downloaded to the scratch folder.
 * @throws AtlasError `file.not_found`, `file.unreadable`, `source.no_streams`, `upload.not_found`, and those of `download`
 */
export async function findFiles(settings: FilesSettings, context: ReadContext): Promise<FileSet> {
  if (settings.upload !== undefined) {
    const upload = await context.uploadPath(settings.upload)
    return oneFile(upload.path, upload.fileName, upload.fileName)
  }
  const where = settings.path ?? ''
  if (isUrl(where)) {
    const { path: local, fileName } = await download(where, context)
    return oneFile(local, shownUrl(where), fileName)
  }
  const absolute = path.resolve(context.workingFolder, where)
  const found = await stat(absolute).catch((error: NodeJS.ErrnoException) => error)
  if (!(found instanceof Error))
    return found.isDirectory() ? folder(absolute, where, context) : oneFile(absolute, path.basename(absolute), path.basename(absolute))
  if (/[*?[{]/.test(where)) return matching(where, context)
  if (found.code === 'ENOENT' || found.code === 'ENOTDIR')
    throw new AtlasError('file.not_found', `${where} does not exist (looked for ${absolute}).`, { cause: found })
  throw new AtlasError('file.unreadable', `${where} cannot be opened (${found.code ?? 'unknown error'}).`, { cause: found })
}

async function oneFile(local: string, shown: string, fileName: string): Promise<FileSet> {
  const found = await stat(local)
  return { name: stemOf(fileName), files: [{ path: local, shown, fileName, sizeBytes: found.size, partitions: [] }] }
}

async function folder(root: string, where: string, context: ReadContext): Promise<FileSet> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new AtlasError('file.unreadable', `${where} cannot be listed (${error.code ?? 'unknown error'}).`, { cause: error })
  })
  const names = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
  const visible = names.filter((name) => !name.split(path.sep).some((part) => /^[._](?!_HIVE)/.test(part)))
  const readable = visible.filter((name) => formatOfName(name) !== null)
  if (readable.length < visible.length)
    context.log(
      'warn',
      `${visible.length - readable.length} files in ${where} have no suffix of a format that can be read, and are left out.`,
    )
  if (readable.length === 0)
    throw new AtlasError(
      'source.no_streams',
      `${where} has no file that can be read (.csv, .tsv, .json, .ndjson, .parquet, .xlsx; also .gz, .zst).`,
    )
  return describe(root, readable, path.basename(root))
}

async function matching(where: string, context: ReadContext): Promise<FileSet> {
  const root = path.resolve(context.workingFolder, fixedPart(where))
  const names: string[] = []
  for await (const name of glob(where, { cwd: context.workingFolder }))
    names.push(path.relative(root, path.resolve(context.workingFolder, name)))
  const set = await describe(root, names, nameOfGlob(where, root))
  if (set.files.length === 0) throw new AtlasError('source.no_streams', `No file matches ${where}.`)
  return set
}

/** The folders of a glob before its first pattern. */
function fixedPart(pattern: string): string {
  const parts = pattern.split(/[\\/]/)
  const first = parts.findIndex((part) => /[*?[{]/.test(part))
  return parts.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.')
}

/** `orders-*.csv` is `orders`, `orders/*.csv` too. */
function nameOfGlob(pattern: string, root: string): string {
  const start = /^[^*?[{]*/.exec(path.basename(pattern))?.[0].replace(/[-_. ]+$/, '') ?? ''
  return start === '' ? path.basename(root) : start
}

async function describe(root: string, names: readonly string[], name: string): Promise<FileSet> {
  const sorted = [...new Set(names)].sort((a, b) => (a < b ? -1 : 1))
  const files: SourceFile[] = []
  for (const relative of sorted) {
    const found = await stat(path.join(root, relative))
    if (!found.isFile()) continue
    const shown = relative.split(path.sep).join('/')
    files.push({
      path: path.join(root, relative),
      shown,
      fileName: path.basename(relative),
      sizeBytes: found.size,
      partitions: partitionsOf(shown),
    })
  }
  return { name, files }
}

function partitionsOf(shown: string): SourceFile['partitions'] {
  return shown
    .split('/')
    .slice(0, -1)
    .flatMap((part) => {
      const match = /^([^=]+)=(.*)$/.exec(part)
      if (match === null) return []
      const value = decode(match[2] ?? '')
      return [{ name: decode(match[1] ?? ''), value: value === '__HIVE_DEFAULT_PARTITION__' ? null : value }]
    })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
