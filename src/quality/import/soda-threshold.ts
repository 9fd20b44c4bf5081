import type { Condition, Range } from './condition.ts'
import { asNumber, asObject, asObjects, asText } from './read-value.ts'
import type { Limit } from './soda-limits.ts'

type Node = Record<string, unknown>

/** A limit of a contract, with the hours of its unit where it is about an age; 0 where none is named. */
export interface TimedLimit extends Limit {
  hours: number
}

const HOURS: Record<string, number> = { second: 1 / 3600, minute: 1 / 60, hour: 1, day: 24, week: 168 }

const FLAT = ['must_be_greater_than', 'must_be_greater_than_or_equal', 'must_be_less_than', 'must_be_less_than_or_equal']
const ALONE = ['must_be', 'must_not_be', 'must_be_between', 'must_be_not_between', 'must_not_be_between']

/** The thresholds of a check; none where it has none, null where one cannot be read. */
export function readThreshold(given: Node): TimedLimit[] | null {
  const own = asObject(given['threshold'])
  const nodes = asObjects([own, own?.['additional']])
  // Before version 4 the limits stood beside the check.
  if (nodes.length === 0 && Object.keys(given).some((key) => key.startsWith('must_'))) nodes.push(given)
  const limits = nodes.map((node): TimedLimit | null => {
    const condition = conditionOf(node)
    const unit = (asText(own?.['metric']) ?? asText(given['metric'])) === 'percent' ? 'percent' : 'rows'
    const named = asText(own?.['unit'] ?? given['unit'])
    const hours = named === null ? 0 : HOURS[named.toLowerCase().replace(/s$/, '')]
    return condition === null || hours === undefined ? null : { condition, unit, warns: asText(node['level']) === 'warn', hours }
  })
  return limits.every((limit) => limit !== null) ? limits : null
}

function conditionOf(node: Node): Condition | null {
  const given = Object.keys(node).filter((key) => key.startsWith('must_'))
  // Two that contradict each other, or one that nobody knows, say nothing that could be kept.
  if (given.some((key) => !FLAT.includes(key) && !ALONE.includes(key)) || (given.length > 1 && given.some((key) => ALONE.includes(key))))
    return null
  const number = (key: string): number | null => asNumber(node[key])
  if (FLAT.some((key) => node[key] != null && number(key) === null)) return null
  const [be, not] = [number('must_be'), number('must_not_be')]
  if (be !== null) return { within: { min: be, max: be } }
  if (not !== null) return { outside: { min: not, max: not } }
  const [above, min] = [number('must_be_greater_than'), number('must_be_greater_than_or_equal')]
  const [below, max] = [number('must_be_less_than'), number('must_be_less_than_or_equal')]
  const range = {
    ...(above === null ? {} : { above }),
    ...(min === null ? {} : { min }),
    ...(below === null ? {} : { below }),
    ...(max === null ? {} : { max }),
  }
  if (Object.keys(range).length > 0) return { within: range }
  const [inside, outside] = [between(node['must_be_between']), between(node['must_be_not_between'] ?? node['must_not_be_between'])]
  if (inside !== null) return { within: inside }
  return outside === null ? null : { outside }
}

function between(value: unknown): Range | null {
  if (Array.isArray(value)) {
    const [min, max] = value.map(asNumber)
    return min == null || max == null ? null : { min, max }
  }
  const node = asObject(value)
  if (node === null) return null
  const names = { greater_than: 'above', greater_than_or_equal: 'min', less_than: 'below', less_than_or_equal: 'max' } as const
  const limits = Object.entries(names).flatMap(([key, name]) => {
    const limit = asNumber(node[key])
    return limit === null ? [] : [[name, limit]]
  })
  return limits.length === 0 ? null : (Object.fromEntries(limits) as Range)
}
