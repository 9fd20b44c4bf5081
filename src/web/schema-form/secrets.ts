import { type JsonObject, type JsonSchema, isObject, resolve } from './json-schema.ts'

/** Stands for a secret that is stored. The same text as in the contract, which cannot be imported here without Zod; a test keeps them level. */
export const SECRET_KEPT = '••••••••'

/** Settings without any secret that was typed in: what may be kept outside memory. Where it cannot be told which alternative holds, all count. */
export function withoutSecrets(schema: JsonSchema, settings: JsonObject): JsonObject {
  return strip(schema, [schema], settings) as JsonObject
}

/** Whether any field below a schema is a secret. */
export function holdsSecret(root: JsonSchema, node: JsonSchema, seen: readonly JsonSchema[] = []): boolean {
  const schema = resolve(root, node)
  if (schema.secret === true) return true
  if (seen.includes(node)) return false
  const below = [node, ...seen]
  return [...branchesOf(schema), ...Object.values(schema.properties ?? {}), ...inner(schema)].some((part) => holdsSecret(root, part, below))
}

/** The paths (keys with dots between) of secrets that read as kept. */
export function keptSecrets(value: unknown, path: readonly string[] = []): string[] {
  if (value === SECRET_KEPT) return [path.join('.')]
  if (Array.isArray(value)) return value.flatMap((item, index) => keptSecrets(item, [...path, String(index)]))
  return isObject(value) ? Object.entries(value).flatMap(([key, item]) => keptSecrets(item, [...path, key])) : []
}

/** Settings without the kept secrets at these paths, so that they are asked for again. */
export function forgetSecrets(value: unknown, paths: readonly string[], at: readonly string[] = []): unknown {
  if (value === SECRET_KEPT && paths.includes(at.join('.'))) return undefined
  if (Array.isArray(value)) return value.map((item, index) => forgetSecrets(item, paths, [...at, String(index)]))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, forgetSecrets(item, paths, [...at, key])]))
}

function strip(root: JsonSchema, nodes: JsonSchema[], value: unknown): unknown {
  const all = nodes.flatMap((node) => spread(root, node))
  if (all.some((node) => node.secret === true)) return value === SECRET_KEPT ? value : undefined
  if (Array.isArray(value)) {
    const items = all.flatMap((node) => (node.items === undefined ? [] : [node.items]))
    return value.map((item) => strip(root, items, item))
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const own = all.flatMap((node) => (node.properties?.[key] === undefined ? restOf(node) : [node.properties[key]]))
      return [key, strip(root, own, item)]
    }),
  )
}

/** A schema and all of its alternatives, as if each of them held. */
function spread(root: JsonSchema, node: JsonSchema, seen: readonly JsonSchema[] = []): JsonSchema[] {
  if (seen.includes(node)) return []
  const schema = resolve(root, node)
  return [schema, ...branchesOf(schema).flatMap((branch) => spread(root, branch, [node, ...seen]))]
}

function branchesOf(schema: JsonSchema): JsonSchema[] {
  return [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])]
}

function inner(schema: JsonSchema): JsonSchema[] {
  return [...(schema.items === undefined ? [] : [schema.items]), ...restOf(schema)]
}

function restOf(schema: JsonSchema): JsonSchema[] {
  return isObject(schema.additionalProperties) ? [schema.additionalProperties] : []
}
