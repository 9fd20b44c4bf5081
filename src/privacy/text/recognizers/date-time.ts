import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'
import { DAY, MONTH, MONTH_NAME, YEAR } from '../date-parts.ts'

const CLOCK = '(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?: ?[ap]m)?'
const HALF_DAY_HOUR = '(?:1[0-2]|0?[1-9])'
const ZONE = '(?:Z|[+-](?:0[0-9]|1[0-4]):?[0-5][0-9])?'
const SHORT_YEAR = '[0-9]{2}'
const WEEKDAY =
  '(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|(?:mon|tue|wed|thu|fri|sat|sun)\\.?)'
/** No part of a longer number, version or path. */
const whole = (body: string): string => `(?<![0-9][./-])${alone(body)}(?![./-][0-9])`
const inOrder = (first: string, second: string): string =>
  `${first}/${second}/${YEAR}|${first}-${second}-${YEAR}|${first}\\.${second}\\.${YEAR}`
const short = (first: string, second: string): string =>
  `${first}/${second}/${SHORT_YEAR}|${first}-${second}-${SHORT_YEAR}|${first}\\.${second}\\.${SHORT_YEAR}`

/** A date, perhaps with a time of day, in figures or with the month's name in English or a Nordic language. */
export const dateTime = defineTextRecognizer({
  id: 'date-time',
  entity: 'DATE_TIME',
  title: 'Date',
  source: 'ISO 8601-1 (calendar dates, times of day, zones), Unicode CLDR date formats for en, da, nb, sv, de',
  presidio: 'DateRecognizer',
  locale: 'global',
  languages: [],
  gate: { digits: 1 },
  patterns: [
    { name: 'ISO 8601 date and time', regex: `(?<![0-9][./-])${alone(`${YEAR}-${MONTH}-${DAY}[T ]${CLOCK}${ZONE}`)}`, score: 0.8 },
    {
      name: 'ISO 8601 date and hour, basic form',
      regex: alone(
        `${YEAR}-${MONTH}-${DAY}T(?:[01][0-9]|2[0-3])${ZONE}|(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?${ZONE}`,
      ),
      score: 0.8,
    },
    { name: 'year, month, day', regex: whole(`${YEAR}-${MONTH}-${DAY}|${YEAR}/${MONTH}/${DAY}|${YEAR}\\.${MONTH}\\.${DAY}`), score: 0.6 },
    { name: 'day, month, year', regex: whole(inOrder(DAY, MONTH)), score: 0.6 },
    { name: 'month, day, year', regex: whole(inOrder(MONTH, DAY)), score: 0.6 },
    { name: 'day, month, short year', regex: whole(short(DAY, MONTH)), score: 0.6 },
    { name: 'month, day, short year', regex: whole(short(MONTH, DAY)), score: 0.6 },
    {
      name: 'day and name of the month',
      regex: alone(`${DAY}(?:\\.|st|nd|rd|th)?(?:[ -]|\\. ?| of )${MONTH_NAME}\\.?(?:,? ?(?:-|\\b)${YEAR}|-${SHORT_YEAR})?`),
      score: 0.6,
    },
    {
      name: 'name of the month, day and year',
      regex: alone(`${MONTH_NAME}\\.?[ -]${DAY}(?:st|nd|rd|th)?(?:,? ${YEAR}|-${YEAR})`),
      score: 0.6,
    },
    { name: 'name of the month and day', regex: alone(`${MONTH_NAME}\\.? ${DAY}(?:st|nd|rd|th)?`), score: 0.6 },
    { name: 'time of day by the half day', regex: alone(`${HALF_DAY_HOUR}(?:[:.][0-5][0-9])? ?(?:[ap]m|[ap]\\.m\\.)`), score: 0.6 },
    {
      name: 'time of day',
      regex: `(?<![0-9:.,-])${alone('(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?')}(?![0-9:.,-]*[0-9])`,
      score: 0.4,
    },
    {
      name: 'weekday, day and name of the month',
      regex: alone(`${WEEKDAY},? (?:(?:the|den|d\\.) )?${DAY}(?:\\.|st|nd|rd|th)? (?:of )?${MONTH_NAME}\\.?(?:,? ${YEAR})?`),
      score: 0.7,
    },
    {
      name: 'weekday, name of the month and day',
      regex: alone(`${WEEKDAY},? ${MONTH_NAME}\\.? ${DAY}(?:st|nd|rd|th)?(?:,? ${YEAR})?`),
      score: 0.7,
    },
    {
      name: 'time of day after its word',
      regex: `(?<![\\p{L}])kl(?:okken|ockan|\\.)? ?(?<entity>(?:[01]?[0-9]|2[0-3])[.:][0-5][0-9])(?![0-9])`,
      score: 0.6,
    },
    { name: 'Danish day/month-year', regex: whole(`${DAY}/${MONTH}[- ]${YEAR}`), score: 0.6 },
    { name: 'name of the month and year', regex: alone(`${MONTH_NAME}[ -]${YEAR}|${MONTH_NAME}-${SHORT_YEAR}`), score: 0.6 },
    { name: 'month and year', regex: whole(`${MONTH}/${YEAR}`), score: 0.2 },
    { name: 'day and month', regex: whole(`${MONTH}/${DAY}|${DAY}/${MONTH}`), score: 0.1 },
  ],
  context: ['date', 'dato', 'datum', 'dag', 'day', 'den', 'kl.'],
  examples: {
    found: [
      '5-20-2021',
      '21.5.21',
      '05-May',
      'May-2021',
      '5. maj 2021',
      'May 5, 2021',
      '2024-03-15T14:30:00.123Z',
      '3. december',
      'Jan 5',
      '8pm',
      '3:30 PM',
      'May 5th',
    ],
    ignored: ['2021-13-40', '1.2.3', '10.31.255.1', '32/13/2021', '384-well', '13pm', 'Jan 32', '5 amps'],
  },
})
