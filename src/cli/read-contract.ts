import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { ProblemError } from '../client/problem-error.ts'
import { type ContractFile, DatasetContract } from '../contract/quality-contracts.ts'
import { AtlasError } from '../core/errors.ts'
import { readYaml } from './read-yaml.ts'
import { nameInRepository } from './repository.ts'

export interface ReadContract extends ContractFile {
  /** `file:line` of a JSON Pointer into the contract. */
  locate(pointer: string): string
}

/**
 * Reads a contract file.
 * @throws AtlasError `file.not_found`, `quality.contract_invalid` naming file, line, key and value of every mistake
 */
export async function readContract(file: string): Promise<ReadContract> {
  const { value, locate } = await readYaml(file, 'contract', () => DatasetContract, { code: 'quality.contract_invalid', showsValues: true })
  const keysOf = (pointer: string): string[] =>
    pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return { file: nameInRepository(file, process.cwd()), contract: value, locate: (pointer) => locate(keysOf(pointer)) }
}

/**
 * The contract files of a path: the file, or every YAML file below the folder.
 * @throws AtlasError `file.not_found`
 */
export async function contractFiles(target: string): Promise<string[]> {
  const found = await stat(target).catch((cause: unknown) => {
    throw new AtlasError('file.not_found', `There is no file or folder ${target}.`, { cause })
  })
  if (!found.isDirectory()) return [target]
  const entries = await readdir(target, { recursive: true })
  const files = entries.filter((name) => /\.ya?ml$/i.test(name)).toSorted()
  if (files.length === 0) throw new AtlasError('file.not_found', `There is no YAML file below ${target}.`)
  return files.map((name) => path.join(target, name))
}

/** Calls the server; what it says of a place in a contract is said of the file's line instead. */
export async function locating<T>(contracts: readonly ReadContract[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.errors === undefined) throw error
    const errors = error.problem.errors.map(({ pointer, detail }) => {
      const place = /^(?:\/body)?(?:\/contracts\/(\d+))?\/contract(\/.*)?$/.exec(pointer)
      // Where only one was sent, the server knows it by no number.
      const contract = place === null ? undefined : contracts[Number(place[1] ?? 0)]
      return contract === undefined ? { pointer, detail } : { pointer: contract.locate(place?.[2] ?? ''), detail }
    })
    throw new ProblemError({ ...error.problem, errors }, error.at, { cause: error })
  }
}
