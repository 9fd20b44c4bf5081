import type { ColumnEffect, DatasetEffect } from '../../contract/pipelines-as-code.ts'
import { type PipelineDefinition, StreamRule } from '../../contract/pipelines.ts'
import { normaliseName } from '../../core/names.ts'
import { stableJson } from '../../core/stable-json.ts'
import type { Published } from './published-datasets.ts'

type PublishedByName = ReadonlyMap<string, Published>

/** What a change of a pipeline does to the datasets of its streams, as far as it can be known without asking the source. */
export function streamEffects(
  name: string,
  before: PipelineDefinition | null,
  after: PipelineDefinition | null,
  published: PublishedByName,
): DatasetEffect[] {
  const [old, now] = [streamsOf(name, before, published), streamsOf(name, after, published)]
  const effects = now.flatMap((rule) => effectsOf(name, old.get(tableOf(rule)), rule, { before, after }, published))
  const left = old.list.filter((rule) => now.get(tableOf(rule)) === undefined).flatMap((rule) => leftBehind(name, rule, published))
  const isOpen = after !== null && after.streams.length === 0 && now.list.length === 0
  return [...effects, ...left, ...(isOpen ? [allOfSource(name)] : [])]
}

interface Streams {
  list: StreamRule[]
  get(table: string): StreamRule | undefined
  flatMap<T>(work: (rule: StreamRule) => T[]): T[]
}

/** A definition that names no streams reads all of its source; those it has published so far are known. */
function streamsOf(name: string, definition: PipelineDefinition | null, published: PublishedByName): Streams {
  const filled = [...published].filter(([dataset, { pipeline }]) => dataset.startsWith('explore.') && pipeline === name)
  const implied = (): StreamRule[] => filled.map(([dataset]) => StreamRule.parse({ name: dataset.slice('explore.'.length) }))
  const list = definition === null ? [] : definition.streams.length > 0 ? definition.streams : implied()
  return { list, get: (table) => list.find((rule) => tableOf(rule) === table), flatMap: (work) => list.flatMap(work) }
}

function tableOf(rule: StreamRule): string {
  return rule.dataset ?? normaliseName(rule.name)
}

interface Both {
  before: PipelineDefinition | null
  after: PipelineDefinition | null
}

function effectsOf(maker: string, old: StreamRule | undefined, rule: StreamRule, both: Both, published: PublishedByName): DatasetEffect[] {
  const table = tableOf(rule)
  if (old === undefined) return begun(maker, rule, published)
  const source = (definition: PipelineDefinition | null) => [
    definition?.source.connector,
    definition?.source.saved,
    definition?.source.settings,
  ]
  const isElsewhere = stableJson(source(both.before)) !== stableJson(source(both.after))
  const reads = isElsewhere || differ(old, rule, ['mode', 'cursor', 'select', 'where', 'query', 'options', 'restart'])
  const shapes =
    differ(old, rule, ['keys', 'columns', 'policy', 'select', 'checks']) ||
    stableJson(both.before?.policy) !== stableJson(both.after?.policy)
  const startsAnew = isFull(old) !== isFull(rule) && !isFull(rule)
  const columns = columnEffects(old, rule, published.get(`chart.${table}`))
  const effect = (dataset: string, why: string): DatasetEffect => ({
    dataset,
    maker,
    why,
    columns: dataset.startsWith('explore.') ? [] : columns,
    columnsKnown: true,
    effect: 'rewritten',
    rows: published.get(dataset)?.rows ?? null,
  })
  const explore =
    rule.mode === 'replace' ? `each run reads all of ${rule.name}` : startsAnew ? `${rule.name} is read from its start once` : null
  const isExplore = explore !== null && reads
  const why = isExplore ? explore : shapes ? `its rules have changed: it is made anew from all of explore.${table}` : null
  if (why === null) return []
  return [
    ...(isExplore ? [effect(`explore.${table}`, why)] : []),
    effect(`chart.${table}`, why),
    effect(`navigate.${table}`, `it is made from chart.${table}`),
  ]
}

function begun(maker: string, rule: StreamRule, published: PublishedByName): DatasetEffect[] {
  const table = tableOf(rule)
  const names = (rule.select ?? []).map((column) => rule.columns[column]?.name ?? normaliseName(column))
  const columns = names.map((name): ColumnEffect => ({ name, effect: 'appears', from: null, to: null }))
  return ['explore', 'chart', 'navigate'].map((layer) => {
    const dataset = `${layer}.${table}`
    const standing = published.get(dataset)
    const common = { dataset, maker, rows: standing?.rows ?? null, columnsKnown: columns.length > 0 }
    if (standing === undefined) return { ...common, effect: 'appears', why: `${rule.name} is read (${rule.mode})`, columns }
    const by = standing.pipeline === null || standing.pipeline === maker ? '' : ` by ${standing.pipeline}`
    const effect = rule.mode === 'replace' ? 'rewritten' : 'added_to'
    return { ...common, effect, why: `it was filled${by} before; ${rule.name} is read (${rule.mode})`, columns: [] }
  })
}

function leftBehind(maker: string, rule: StreamRule, published: PublishedByName): DatasetEffect[] {
  return ['explore', 'chart', 'navigate'].flatMap((layer) => {
    const dataset = `${layer}.${tableOf(rule)}`
    const standing = published.get(dataset)
    if (standing === undefined) return []
    return [
      {
        dataset,
        maker,
        effect: 'left' as const,
        rows: standing.rows,
        why: `${rule.name} is read no more`,
        columns: [],
        columnsKnown: true,
      },
    ]
  })
}

function allOfSource(maker: string): DatasetEffect {
  const why = 'it names no streams: each stream of its source becomes a dataset, and which they are is known once the source is asked'
  return { dataset: null, maker, effect: 'appears', rows: null, why, columns: [], columnsKnown: false }
}

/** Columns that the rules themselves name; what else the source has is as it was. */
function columnEffects(old: StreamRule, rule: StreamRule, chart: Published | undefined): ColumnEffect[] {
  const chartName = (stream: StreamRule, source: string) => stream.columns[source]?.name ?? normaliseName(source)
  const sources = new Set([...Object.keys(old.columns), ...Object.keys(rule.columns), ...(old.select ?? []), ...(rule.select ?? [])])
  return [...sources].toSorted().flatMap((source): ColumnEffect[] => {
    const [was, is] = [isRead(old, source), isRead(rule, source)]
    const [from, to] = [chartName(old, source), chartName(rule, source)]
    const type = chart?.columns.find(({ name }) => name === from)?.type ?? old.columns[source]?.type ?? null
    const wanted = rule.columns[source]?.type ?? null
    if (was && !is) return [{ name: from, effect: 'vanishes', from: type, to: null }]
    if (!was && is) return [{ name: to, effect: 'appears', from: null, to: wanted }]
    if (from !== to)
      return [
        { name: from, effect: 'vanishes', from: type, to: null },
        { name: to, effect: 'appears', from: null, to: wanted ?? type },
      ]
    if (old.columns[source]?.type !== rule.columns[source]?.type) return [{ name: to, effect: 'retyped', from: type, to: wanted }]
    return []
  })
}

function isRead({ select }: StreamRule, source: string): boolean {
  return select === undefined || select.includes(source)
}

function isFull({ mode }: StreamRule): boolean {
  return mode === 'replace' || mode === 'full_append'
}

function differ(old: StreamRule, rule: StreamRule, keys: readonly (keyof StreamRule)[]): boolean {
  return keys.some((key) => stableJson(old[key] ?? null) !== stableJson(rule[key] ?? null))
}
