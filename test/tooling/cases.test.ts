import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

/** Numbers of the acceptance cases of ingestion: stable names, with gaps. */
const cases = [
  [1, 2, 4, 5, 7, 8, 9, 11, 12, 14, 16, 17, 19, 20],
  [21, 22, 24, 25, 28, 29, 30, 31, 32, 33, 35, 36],
  [37, 39, 41, 42, 44, 45],
  [46, 47, 49, 50, 51, 52, 54, 55, 56],
  [58, 59, 60, 61, 63, 64, 65, 66, 67, 69, 70],
  [71, 73, 75, 77, 78],
  [80, 82, 83],
].flat()

const NAMED = /\bcases?\s+((?:\d+|I)(?:(?:,\s*(?:case\s+)?|\s+and\s+|\s*[–-]\s*)\d+)*)/gi

/** Every number named by `case 7`, `cases 7, 9 and 11`, `cases 58–61`. */
function numbersIn(text: string): number[] {
  return [...text.matchAll(NAMED)].flatMap(([, list = '']) => {
    const range = /^(\d+)\s*[–-]\s*(\d+)$/.exec(list)
    if (range === null) return (list.match(/\d+/g) ?? []).map(Number)
    return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, index) => Number(range[1]) + index)
  })
}

function filesBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
}

/** What names tests: the strings after it, it.each and describe, wherever they stand in a test file. */
function namesOfTests(): string {
  return filesBelow('test', /\.test\.ts$/)
    .filter((file) => !file.endsWith('cases.test.ts'))
    .map((file) => readFileSync(file, 'utf8'))
    .flatMap((text) => [...(text.match(/(['"`])(?:[^\\\n]|\\.)*?\bcases?\s+\d[^\n]*?\1/gi) ?? []), ...tabled(text)])
    .join('\n')
}

/** Where a table of tests gives each its number: `case ${number}` over rows that begin with it. */
function tabled(text: string): string[] {
  if (!text.includes('case ${')) return []
  return [...text.matchAll(/^\s*\[\s*(\d+),\s/gm)].map(([, number]) => `case ${number}`)
}

describe('the acceptance cases of ingestion', () => {
  const tested = new Set(numbersIn(namesOfTests()))
  const documented = new Set(filesBelow('docs', /\.md$/).flatMap((file) => numbersIn(readFileSync(file, 'utf8'))))

  it('each have a test that names its number, or a line in docs/ that says why it does not apply', () => {
    expect(cases.filter((number) => !tested.has(number) && !documented.has(number))).toEqual([])
  })

  it('are read from the names of tests in every form they are written in', () => {
    expect(numbersIn('case 7: x; cases 58–61 and case 63, case 64; cases 1, 2 and 9')).toEqual([7, 58, 59, 60, 61, 63, 64, 1, 2, 9])
  })
})
