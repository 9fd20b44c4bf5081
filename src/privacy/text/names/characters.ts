/** Classes of characters (UTF-16 code units) and their folded form, by which words are looked up. */

export const LETTER_LOWER = 1
export const LETTER_UPPER = 2
export const DIGIT = 3
export const APOSTROPHE = 4
/** Classes from here on are the bits of what lies between two words, shifted: see `gapBits`. */
const FIRST_GAP = 8

export const SPACE = 1
export const NEWLINE = 2
export const COMMA = 4
export const DOT = 8
export const HYPHEN = 16
export const AMPERSAND = 32
export const QUOTE = 64
export const SLASH = 128
export const COLON = 256
export const PARENTHESIS = 512
/** Ends a sentence: ! ? … ; */
export const STOP = 1024
export const HASH = 2048
export const OTHER = 4096

const GAPS: readonly (readonly [bit: number, characters: string])[] = [
  [SPACE, ' \t\u00a0\u2002\u2003\u2009\u202f'],
  [NEWLINE, '\n\r\u2028\u2029'],
  [COMMA, ','],
  [DOT, '.'],
  [HYPHEN, '-\u2010\u2011'],
  [AMPERSAND, '&'],
  [QUOTE, '"\u201c\u201d\u201e\u00ab\u00bb\u2018`'],
  [SLASH, '/'],
  [COLON, ':'],
  [PARENTHESIS, '()[]'],
  [STOP, '!?;\u2026\u2022\u2013\u2014'],
  [HASH, '#'],
]
const LETTERS_END = 0x590

/** Class of each code unit. */
export const classOf = new Uint8Array(65_536)
/** Code unit under which a letter is looked up: lower case, without accents; æ, å as a, ø as o. */
export const foldOf = new Uint16Array(65_536)
/** Bits of `characterTable`. */
export const LOWER_BIT = 1 << 16
export const UPPER_BIT = 1 << 17
export const DIGIT_BIT = 1 << 18
export const APOSTROPHE_BIT = 1 << 19
const OUTSIDE_BIT = 1 << 20

/** For the hot loop: letters, digits and apostrophes have a bit of their class above their folded code unit; all others `OUTSIDE_BIT` above their gap bits. */
export const characterTable = new Int32Array(65_536)
/** Gap bits by class. */
const gapBits = new Uint16Array(64)

const BASES: Readonly<Record<string, string>> = { 'ø': 'o', 'ł': 'l', 'đ': 'd', 'ı': 'i', 'ð': 'd', '\u2019': "'" }

function fill(): void {
  const other = FIRST_GAP + GAPS.length
  gapBits[other] = OTHER
  for (let code = 0; code < classOf.length; code++) {
    const isSymbol =
      code < LETTERS_END || (code >= 0x2000 && code < 0x2e80) || (code >= 0x3000 && code < 0x3005) || (code >= 0xd800 && code < 0xf900)
    classOf[code] = isSymbol || code >= 0xfe00 ? other : LETTER_LOWER
    foldOf[code] = code
  }
  for (let code = 0x41; code < LETTERS_END; code++) fillLetter(code)
  for (let code = 0x30; code <= 0x39; code++) classOf[code] = DIGIT
  for (const character of "'\u2019") fillApostrophe(character.charCodeAt(0))
  // An underscore belongs to the word: it makes it an identifier, not a name.
  classOf[0x5f] = DIGIT
  for (const [index, [bit, characters]] of GAPS.entries()) {
    gapBits[FIRST_GAP + index] = bit
    for (const character of characters) classOf[character.charCodeAt(0)] = FIRST_GAP + index
  }
  for (let code = 0; code < classOf.length; code++) characterTable[code] = tableEntry(code)
}

function tableEntry(code: number): number {
  const type = classOf[code] ?? 0
  if (type > APOSTROPHE) return OUTSIDE_BIT | (gapBits[type] ?? 0)
  return (foldOf[code] ?? 0) | (LOWER_BIT << (type - LETTER_LOWER))
}

function fillApostrophe(code: number): void {
  classOf[code] = APOSTROPHE
  foldOf[code] = 0x27
}

function fillLetter(code: number): void {
  const character = String.fromCharCode(code)
  if (!/\p{L}/u.test(character)) return
  const lower = character.toLowerCase()
  classOf[code] = lower === character ? LETTER_LOWER : LETTER_UPPER
  foldOf[code] = (BASES[lower] ?? lower.normalize('NFD')).charCodeAt(0)
}

fill()
