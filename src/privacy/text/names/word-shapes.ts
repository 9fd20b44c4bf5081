/** How a word is written. */
export const LOWER = 0
export const CAPITALISED = 1
export const ALL_CAPITALS = 2
export const INITIAL = 3
export const NUMBER = 4
/** Letters and digits, or an identifier. */
export const CODE = 5
export const CAMEL = 6
