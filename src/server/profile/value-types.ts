/** DuckDB types that are numbers. */
export function isNumber(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/.test(type) && !isNested(type)
}

/** Types with distances: numbers, dates and timestamps. */
export function isOrdered(type: string): boolean {
  return isNumber(type) || /^(DATE|TIMESTAMP( WITH TIME ZONE)?)$/.test(type)
}

export function isNested(type: string): boolean {
  return /(\[\d*\]$|^STRUCT|^MAP|^UNION)/.test(type)
}
