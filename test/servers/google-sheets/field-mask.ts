import { ApiError } from './api-error.ts'

/** A mask as a tree: the fields kept, each with what is kept of it. Empty: all of it. */
export type FieldMask = Map<string, FieldMask>

/**
 * Reads a `fields` parameter: `a,b.c,d(e,f/g),*`.
 * @throws ApiError 400 for one that cannot be read
 */
export function parseFieldMask(text: string): FieldMask {
  let at = 0
  const fail = (): never => {
    throw new ApiError(400, 'INVALID_ARGUMENT', `Request contains an invalid argument. Invalid field selection ${text}`)
  }
  const list = (): FieldMask => {
    const mask: FieldMask = new Map()
    do path(mask)
    while (text[at] === ',' && ++at)
    return mask
  }
  const path = (into: FieldMask): void => {
    const name = /^(\*|[A-Za-z][A-Za-z0-9]*)/.exec(text.slice(at))?.[0] ?? fail()
    at += name.length
    const inner = into.get(name) ?? new Map()
    const isNew = !into.has(name)
    into.set(name, inner)
    if (text[at] === '.' || text[at] === '/') {
      at++
      path(inner)
    } else if (text[at] === '(') {
      at++
      for (const [field, below] of list()) inner.set(field, below)
      if (text[at++] !== ')') fail()
    } else if (!isNew) inner.clear()
  }
  const mask = list()
  if (at !== text.length) fail()
  return mask
}

/** Whether a mask keeps anything at a path. */
export function keeps(mask: FieldMask, ...path: string[]): boolean {
  let here = mask
  for (const name of path) {
    if (here.size === 0 || here.has('*')) return true
    const below = here.get(name)
    if (below === undefined) return false
    here = below
  }
  return true
}

/** What a mask leaves of a value; arrays are gone through. */
export function applyFieldMask(value: unknown, mask: FieldMask): unknown {
  if (mask.size === 0 || mask.has('*') || value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => applyFieldMask(item, mask))
  const kept: Record<string, unknown> = {}
  for (const [name, below] of mask) {
    const inner = (value as Record<string, unknown>)[name]
    if (inner !== undefined) kept[name] = applyFieldMask(inner, below)
  }
  return kept
}
