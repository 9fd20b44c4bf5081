/** Pieces of regular expressions for dates. Flags `iu`; none matches part of a longer number by itself. */

export const DAY = '(?:3[01]|[12][0-9]|0?[1-9])'
export const MONTH = '(?:1[0-2]|0?[1-9])'
export const YEAR = '(?:1[5-9]|20)[0-9]{2}'

/** Names of months and their abbreviations in English, Danish, Norwegian, Swedish and German. */
export const MONTH_NAME =
  '(?:jan(?:uar[yi]?)?|feb(?:ruar[yi]?)?|mar(?:ch|ts|s)?|märz|apr(?:il)?|ma[yji]|june?|jun[ie]|july?|jul[ie]|aug(?:ust[i]?)?|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)'
