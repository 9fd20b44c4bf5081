import { asObject, asText } from './read-value.ts'

/**
 * A row condition of Great Expectations (pandas, Spark and its own `col("x") > 5`) as SQL.
 * @returns '' where there is none; null where it is more than comparisons of columns with values
 */
export function rowCondition(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return ''
  const built = asObject(value)
  if (built !== null) return fromObject(built)
  return typeof value === 'string' ? fromText(value) : null
}

function fromText(text: string): string | null {
  const sql = text
    .replaceAll(/\bcol\(\s*["']([^"']+)["']\s*\)/g, (_, name: string) => quoted(name))
    .replaceAll(/`([^`]+)`/g, (_, name: string) => quoted(name))
    .replaceAll(/\.(?:not_?null|is_?not_?null)\(\s*\)/gi, ' is not null')
    .replaceAll(/\.(?:is_?null|is_?na)\(\s*\)/gi, ' is null')
    .replaceAll(/\.(?:notna)\(\s*\)/gi, ' is not null')
    .replaceAll(/\.isin\(\s*\[([^\]]*)\]\s*\)/g, ' in ($1)')
    .replaceAll(/\bin\s*\[([^\]]*)\]/g, 'in ($1)')
    .replaceAll('==', '=')
    .replaceAll('&&', ' and ')
    .replaceAll('||', ' or ')
    .replaceAll(/(?<=[\s)])&(?=[\s(])/g, 'and')
    .replaceAll(/(?<=[\s)])\|(?=[\s(])/g, 'or')
    .replaceAll(/~\s*(?=\()/g, 'not ')
  const plain = withTextQuotes(sql.replaceAll(/\s*!=\s*None\b/g, ' is not null').replaceAll(/\s*=\s*None\b/g, ' is null'))
  if (plain === null) return null
  const bare = plain.replaceAll(/'[^']*'|"[^"]*"/g, 'x')
  // Python reads `1 < a <= 5` as two comparisons, SQL as none.
  const isChained = /[<>=!]=?[^<>=!()]*[<>=!]/.test(bare.replaceAll(/\b(?:and|or)\b/gi, '()').replaceAll(/<>|[<>!]=/g, '<'))
  return isChained || /[@`&|~{}[\];]|\.\w+\(/.test(bare) ? null : plain.trim()
}

/** Values in double quotes, as Python has them, get those of SQL; names that were quoted above keep theirs. */
function withTextQuotes(text: string): string | null {
  const named = text.replaceAll(
    /(=|<>|!=|<|>|\(|,|\bin\b|\blike\b)(\s*)"([^"]*)"(?!\s*(?:=|<|>|!|is\b|in\b|not\b|between\b|like\b))/gi,
    (_, before: string, space: string, value: string) =>
      before === '(' && /^\s*$/.test(value) ? `${before}${space}''` : `${before}${space}'${value.replaceAll("'", "''")}'`,
  )
  return named.split('"').length % 2 === 1 ? named : null
}

/** `{ type: 'comparison', column: { name }, operator, parameter }`, and lists of them with and/or, as version 1.8 and later save them. */
function fromObject(node: Record<string, unknown>): string | null {
  const type = asText(node['type']) ?? ''
  const parts = node['conditions']
  if ((type === 'and' || type === 'or') && Array.isArray(parts)) {
    const inner = parts.map((part) => rowCondition(part))
    return inner.every((part) => part !== null && part !== '') ? inner.map((part) => `(${part})`).join(` ${type} `) : null
  }
  const name = asText(asObject(node['column'])?.['name']) ?? asText(node['column'])
  if (name === null) return null
  const operator = (asText(node['operator']) ?? (asText(node['is_null']) === 'true' ? 'IS NULL' : '')).toUpperCase().replaceAll('_', ' ')
  if (type === 'nullity' || operator === 'IS NULL' || operator === 'IS NOT NULL')
    return `${quoted(name)} is ${operator === 'IS NOT NULL' || node['is_null'] === false ? 'not ' : ''}null`
  const value = node['parameter'] ?? node['value']
  if (operator === 'IN' || operator === 'NOT IN')
    return Array.isArray(value) ? `${quoted(name)} ${operator.toLowerCase()} (${value.map(constant).join(', ')})` : null
  return /^(==?|!=|<=?|>=?)$/.test(operator) ? `${quoted(name)} ${operator === '==' ? '=' : operator} ${constant(value)}` : null
}

function constant(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `'${(asText(value) ?? '').replaceAll("'", "''")}'`
}

function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}
