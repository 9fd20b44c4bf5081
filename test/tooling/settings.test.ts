import { expect, it } from 'vitest'
import { settingDocs } from '../../src/server/settings.ts'
import { readSourceModules } from '../support/source-modules.ts'

/** Between the bin and the Node that it starts; nobody sets it by hand. */
const internal = ['ATLAS_WRAPPED']

it('every ATLAS_ variable that the code or a message names is a documented setting', () => {
  const documented = new Set<string>([...settingDocs.map(({ name }) => name), ...internal])
  const unknown = readSourceModules('src').flatMap(({ file, text }) =>
    [...text.matchAll(/\bATLAS_[A-Z_]+\b/g)].filter(([name]) => !documented.has(name)).map(([name]) => `${file} names ${name}`),
  )
  expect(unknown).toEqual([])
})

it('every documented setting is read', () => {
  const texts = readSourceModules('src')
    .map(({ text }) => text)
    .join('\n')
  expect(settingDocs.filter(({ name }) => texts.split(`'${name}'`).length < 3).map(({ name }) => name)).toEqual([])
})
