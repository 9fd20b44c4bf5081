import type { ImportFormat } from '../../contract/quality-contracts.ts'
import { writeContract } from '../../quality/contract-file/write-contract.ts'
import { importRules } from '../../quality/import/detect-format.ts'

interface Asked {
  file: string
  text: string
  from?: ImportFormat | undefined
  dataset?: string | undefined
  layer: 'explore' | 'chart' | 'navigate'
}

/** A file of another tool as contracts with their text, and what could not be carried over. @throws AtlasError `quality.import_unreadable` */
export function importContracts({ file, text, from, ...options }: Asked) {
  const { contracts, ...read } = importRules(text, file, from, options)
  const head = `Imported from ${file} (${read.from}).`
  return { ...read, contracts: contracts.map((contract) => ({ ...contract, yaml: writeContract(contract, [], head) })) }
}
