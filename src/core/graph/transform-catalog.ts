import type { TransformRule } from '../../contract/pipelines.ts'

/** A transform that Atlas knows, with what it reads. */
export interface CatalogedTransform extends TransformRule {
  origin: 'file' | 'pipeline' | 'api'
  /** layer.name of every dataset that its SQL reads. */
  reads: string[]
  /** The stored pipeline that it belongs to; null for one that stands by itself. */
  pipeline: string | null
}

export interface TransformCatalog {
  /** By table name: navigate.<name> is what it makes. */
  transforms: Map<string, CatalogedTransform>
  /** Why transforms are missing in it: they do not parse. */
  problems: string[]
}

/** What each navigate dataset that a transform makes is made from, by `layer.name`. */
export function transformReads({ transforms }: TransformCatalog): Map<string, readonly string[]> {
  return new Map([...transforms.values()].map(({ name, reads }) => [`navigate.${name}`, reads]))
}
