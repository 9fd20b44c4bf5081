import { describe, expect, it } from 'vitest'
import { type BuildState, chooseBuilds } from '../../../src/core/graph/choose-builds.ts'
import { buildState } from '../../../src/core/graph/stale.ts'

// a and b read chart, c reads a and b, d reads c, e stands alone
const reads = new Map([
  ['d', ['c']],
  ['c', ['a', 'b']],
  ['a', ['chart.x']],
  ['b', ['chart.x']],
  ['e', ['chart.y']],
])
const choose = (part: { pending?: string[]; open?: string[]; broken?: string[] }) => {
  const state: BuildState = {
    reads,
    pending: new Set(part.pending),
    open: new Set(part.open),
    broken: new Map((part.broken ?? []).map((name) => [name, { runId: `r_${name}`, reason: `${name} failed` }])),
  }
  const { ready, held } = chooseBuilds(state)
  return { ready, held: [...held].map(([name, { runId }]) => `${name} by ${runId}`) }
}

describe('of the transforms to be built anew', () => {
  it.each([
    ['those that nothing upstream holds up begin side by side', { pending: ['a', 'b', 'c', 'd', 'e'] }, ['a', 'b', 'e'], []],
    ['one waits for every one above it that is queued or going on', { pending: ['c'], open: ['b'] }, [], []],
    ['one waits for those far above it', { pending: ['d'], open: ['a'] }, [], []],
    ['one waits for its own run that is going on', { pending: ['a'], open: ['a'] }, [], []],
    ['one begins once those above it are done', { pending: ['c', 'd'] }, ['c'], []],
    ['those below one that failed are held, and say by which run', { pending: ['b', 'c'], broken: ['a'] }, ['b'], ['c by r_a', 'd by r_a']],
    [
      'one that failed is tried again when what it reads changes, and those below it wait',
      { pending: ['a', 'c'], broken: ['a'] },
      ['a'],
      [],
    ],
    ['one that failed holds back nothing beside it', { pending: ['e'], broken: ['c'] }, ['e'], ['d by r_c']],
  ])('%s', (_name, part, ready, held) => {
    expect(choose(part)).toEqual({ ready, held })
  })
})

describe('a dataset that a transform makes', () => {
  const published = new Map([
    ['chart.x', 5],
    ['chart.y', 8],
  ])
  it.each([
    ['is stale when it was never built', ['chart.x'], undefined, { state: 'stale', changed: ['chart.x'] }],
    ['is current when it was made from what is published', ['chart.x', 'chart.y'], { 'chart.x': 5, 'chart.y': 8 }, { state: 'current' }],
    [
      'is stale by what was published since',
      ['chart.x', 'chart.y'],
      { 'chart.x': 5, 'chart.y': 7 },
      { state: 'stale', changed: ['chart.y'] },
    ],
    ['is stale by what its SQL reads only now', ['chart.x', 'chart.y'], { 'chart.x': 5 }, { state: 'stale', changed: ['chart.y'] }],
    ['cannot be built from what was never published', ['chart.x', 'chart.z'], undefined, { state: 'unbuildable', missing: 'chart.z' }],
  ])('%s', (_name, inputs, before, expected) => {
    expect(buildState(inputs, published, before && new Map(Object.entries(before)))).toEqual(expected)
  })
})
