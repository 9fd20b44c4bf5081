import { expect, it } from 'vitest'
import { keccak256 } from '../../../src/privacy/text/keccak.ts'

it.each([
  ['nothing', '', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
  ['abc', 'abc', '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
])('Keccak-256 of %s is what its authors published', (_, text, hash) => {
  expect(Buffer.from(keccak256(Buffer.from(text))).toString('hex')).toBe(hash)
})
