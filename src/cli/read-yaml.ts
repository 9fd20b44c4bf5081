import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { z } from 'zod'
import { AtlasError } from '../core/errors.ts'
import { parseYaml, type YamlStyle, type YamlText } from '../server/parse-yaml.ts'

export interface YamlFile<T> extends YamlText<T> {
  /** Absolute folder of the file. */
  folder: string
}

/**
 * Reads a YAML file that has the form of a schema.
 * @param choose the schema to hold the file to, by what stands in it
 * @param what the file is, for errors, e.g. `pipeline`
 * @throws AtlasError `file.not_found`, `pipeline.invalid` naming line and key of every mistake
 */
export async function readYaml<T>(
  file: string,
  what: string,
  choose: (content: unknown) => z.ZodType<T>,
  style?: YamlStyle,
): Promise<YamlFile<T>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EISDIR')
      throw new AtlasError('file.unreadable', `${file} is a folder; here one ${what} file is read.`, { cause, next: 'Name a file in it.' })
    throw new AtlasError('file.not_found', `There is no file ${file}.`, { cause })
  })
  return { ...parseYaml(text, { path: file, name: path.basename(file) }, what, choose, style), folder: path.dirname(path.resolve(file)) }
}
