const SPELT: Record<string, string> = {
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

/** The name that a column or a stream of a source has in chart. The rule is the server's (`src/core/names.ts`); a test holds the two level. */
export function chartName(name: string): string {
  const split = name
    .normalize('NFKC')
    .trim()
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1_$2')
  const plain = split
    .toLowerCase()
    .replace(/[æøåäöüßðþđłœ&%+#]/g, (letter) => SPELT[letter]!)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/_+/g, '_')
    .replace(/^_|_$/g, '')
  return (/^\d/.test(plain) ? `_${plain}` : plain).slice(0, 63).replace(/_$/, '')
}
