/** What a word can be, as bits, and the sections of the data files that say so. */

export const GIVEN = 1 << 0
export const GIVEN_RARE = 1 << 1
export const SURNAME = 1 << 2
export const SURNAME_RARE = 1 << 3
export const PLACE = 1 << 4
export const PLACE_SMALL = 1 << 5
export const REGION = 1 << 6
export const NATION = 1 << 7
export const COMMON = 1 << 8
export const VERY_COMMON = 1 << 9
export const FUNCTION = 1 << 10
export const TITLE = 1 << 11
export const CALENDAR = 1 << 12
export const ORG_FORM = 1 << 13
export const ORG_WORD = 1 << 14
export const STREET = 1 << 15
export const STREET_SURE = 1 << 16
export const STREET_LEAD = 1 << 17
export const PARTICLE = 1 << 18
/** A phrase of the lists begins with this word. */
export const PHRASE = 1 << 19
export const PLACE_LEAD = 1 << 20
export const PLACE_VERB = 1 << 21
export const PERSON_LEAD = 1 << 22
export const PERSON_VERB = 1 << 23
export const ORG_CONTEXT = 1 << 24
export const ORG_KNOWN = 1 << 25
export const TECHNICAL = 1 << 26
export const STATE_CODE = 1 << 27
export const DIRECTION = 1 << 28
export const UNIT = 1 << 29
export const FLOOR = 1 << 30
/** A word after which a postcode or a name is looked for. */
export const LABEL = 1 << 31

export const ANY_GIVEN = GIVEN | GIVEN_RARE
export const ANY_SURNAME = SURNAME | SURNAME_RARE
export const ANY_PLACE = PLACE | PLACE_SMALL | REGION
export const ANY_COMMON = COMMON | VERY_COMMON

/** Section of a data file to bit. */
export const kindOfSection: Readonly<Record<string, number>> = {
  'given': GIVEN,
  'given-rare': GIVEN_RARE,
  'surname': SURNAME,
  'surname-rare': SURNAME_RARE,
  'place': PLACE,
  'place-small': PLACE_SMALL,
  'country': REGION,
  'nation': NATION,
  'common': COMMON,
  'very-common': VERY_COMMON,
  'function': FUNCTION,
  'title': TITLE,
  'calendar': CALENDAR,
  'org-form': ORG_FORM,
  'org-word': ORG_WORD,
  'org-known': ORG_KNOWN,
  'org-context': ORG_CONTEXT,
  'street-suffix': STREET,
  'street-sure': STREET | STREET_SURE,
  'street-prefix': STREET_LEAD,
  'particle': PARTICLE,
  'place-lead': PLACE_LEAD,
  'place-verb': PLACE_VERB,
  'person-lead': PERSON_LEAD,
  'person-verb': PERSON_VERB,
  'tech': TECHNICAL,
  'state-code': STATE_CODE,
  'direction': DIRECTION,
  'unit': UNIT,
  'floor': FLOOR,
  'postcode-label': LABEL,
  'name-label': LABEL,
}
