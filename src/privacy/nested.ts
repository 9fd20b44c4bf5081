/** True for types whose values hold others: JSON, structs, lists and maps. */
export function isNested(type: string): boolean {
  return type === 'JSON' || /^(?:STRUCT|MAP|UNION)\s*\(/.test(type) || /\[\d*\]$/.test(type)
}
