const TRANSLITERATION: Record<string, string> = {
  'æ': 'ae',
  'ø': 'oe',
  'å': 'aa',
  'ä': 'ae',
  'ö': 'oe',
  'ü': 'ue',
  'ß': 'ss',
  'ð': 'd',
  'þ': 'th',
  'đ': 'd',
  'ł': 'l',
  'œ': 'oe',
  '&': '_and_',
  '%': '_percent_',
  '+': '_plus_',
  '#': '_number_',
}

/**
 * Normalises one name for chart: NFKC, lower case, Nordic and German letters spelt out (æ → ae, ø → oe, å → aa), other marks dropped,
 * camelCase split, everything else `_`, runs of `_` folded, a leading digit prefixed with `_`, at most 63 characters. Empty when nothing is left.
 */
export function normaliseName(name: string): string {
  const split = name
    .normalize('NFKC')
    .trim()
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1_$2')
  const spelt = split.toLowerCase().replace(/[æøåäöüßðþđłœ&%+#]/g, (letter) => TRANSLITERATION[letter] ?? letter)
  const plain = spelt
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '')
  const named = /^\d/.test(plain) ? `_${plain}` : plain
  return named.slice(0, 63).replace(/_$/, '')
}

/**
 * Normalises a header: blank names become `column_<letter>` by position (A, B, … AA), and a repeated name gets `_2`, `_3`, … in order.
 * Stable: the same header always gives the same names. Names taken literally by another column are never taken twice.
 */
export function normaliseHeader(names: readonly string[]): string[] {
  const wanted = names.map((name, index) => normaliseName(name) || `column_${columnLetters(index).toLowerCase()}`)
  const firstUse = new Set(wanted)
  const taken = new Set<string>()
  return wanted.map((name) => {
    if (!taken.has(name)) {
      taken.add(name)
      return name
    }
    for (let n = 2; ; n++) {
      const suffix = `_${n}`
      const candidate = name.slice(0, 63 - suffix.length) + suffix
      if (taken.has(candidate) || firstUse.has(candidate)) continue
      taken.add(candidate)
      return candidate
    }
  })
}

/** 0 → A, 25 → Z, 26 → AA. */
export function columnLetters(index: number): string {
  let letters = ''
  for (let n = index + 1; n > 0; n = Math.floor((n - 1) / 26)) letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters
  return letters
}
