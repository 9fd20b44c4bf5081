import { normaliseName } from '../../core/names.ts'

/**
 * SQL of another tool with the names that tables have here: the dataset itself is `rows`, every other table `layer.name`. Names of its own WITH
 * clauses stay.
 * @param dataset layer.name that the query is about
 */
export function ownTables(query: string, dataset: string): string {
  const [layer, table] = dataset.split('.')
  const named = new Set(
    [...query.matchAll(/([A-Za-z_]\w*)\s+as\s*(?:not\s+materialized\s*|materialized\s*)?\(\s*(?:select|with|values)\b/gi)].map(([, name]) =>
      name!.toLowerCase(),
    ),
  )
  return query.replaceAll(
    /(?<!extract\s*\(\s*\w+\s+)\b(from|join)(\s+)((?:["`]?[A-Za-z_][\w$]*["`]?\.)*["`]?[A-Za-z_][\w$]*["`]?)(?!\s*\(|[\w.])/gi,
    (whole, word: string, space: string, name: string) => {
      const last = normaliseName(name.replaceAll(/["`]/g, '').split('.').at(-1) ?? '')
      if (!name.includes('.') && (named.has(name.toLowerCase()) || last === 'rows')) return whole
      return `${word}${space}${last === table ? 'rows' : `${layer}.${last}`}`
    },
  )
}
