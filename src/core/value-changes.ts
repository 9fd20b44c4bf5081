import { stableJson } from './stable-json.ts'

/** One difference between two values of data; `path` as in `options.min`. A side where there is nothing is left out. */
export interface ValueChange {
  path: string
  from?: unknown
  to?: unknown
}

/**
 * What differs between two objects of plain data, key by key; lists are compared as a whole. Keys with `undefined` are not there.
 * @param path where the objects stand, for the paths of the answer
 */
export function valueChanges(from: object, to: object, path = ''): ValueChange[] {
  const [before, after] = [new Map<string, unknown>(Object.entries(from)), new Map<string, unknown>(Object.entries(to))]
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted()
  return keys.flatMap((key) => changeOf(before.get(key), after.get(key), path === '' ? key : `${path}.${key}`))
}

function changeOf(from: unknown, to: unknown, path: string): ValueChange[] {
  if (isObject(from) && isObject(to)) return valueChanges(from, to, path)
  if (stableJson(from ?? null) === stableJson(to ?? null)) return []
  return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }]
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
