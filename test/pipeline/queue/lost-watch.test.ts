import { describe, expect, it } from 'vitest'
import { LostWatch } from '../../../src/pipeline/queue/lost-watch.ts'

const silent = (mark: string, silentS: number, runId = 'r_1') => ({ runId, fencingToken: 1, worker: 'w', mark, silentS })

/** Looks every three seconds. @param looks what is silent at each. @returns the looks at which something was lost */
function watch(looks: ReturnType<typeof silent>[][], everyMs = 3_000): number[] {
  const lost = new LostWatch()
  return looks.flatMap((found, index) => (lost.lost(found, index * everyMs).length > 0 ? [index] : []))
}

describe('an attempt is lost', () => {
  it('when it was silent for 12 s and for two looks', () => {
    expect(watch([[silent('a', 7)], [silent('a', 10)], [silent('a', 13)]])).toEqual([2])
  })

  it('not at the first look, however old its sign of life: the clock may have been set forward', () => {
    expect(watch([[silent('a', 3_600)], [silent('b', 1)], []])).toEqual([])
  })

  it('not while its signs of life change, however old they look', () => {
    expect(watch(['a', 'b', 'c', 'd', 'e'].map((mark) => [silent(mark, 3_600)]))).toEqual([])
  })

  it('after the clock was set back by an hour, once its sign of life stayed the same for 12 s', () => {
    expect(watch(Array.from({ length: 6 }, () => [silent('a', -3_600)]))).toEqual([4, 5])
  })

  it('not by a process that was frozen itself: it looks anew', () => {
    const lost = new LostWatch()
    lost.lost([silent('a', 7)], 0)
    expect(lost.lost([silent('a', 60)], 53_000)).toEqual([])
    expect(lost.lost([silent('a', 64)], 57_000)).toEqual([silent('a', 64)])
  })

  it('apart from others', () => {
    const lost = new LostWatch()
    lost.lost([silent('a', 13, 'r_1'), silent('a', 8, 'r_2')], 0)
    expect(lost.lost([silent('a', 17, 'r_1'), silent('b', 7, 'r_2')], 4_000).map(({ runId }) => runId)).toEqual(['r_1'])
  })
})
