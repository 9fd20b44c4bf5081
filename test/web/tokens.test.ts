import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../src/web/tokens.css', import.meta.url), 'utf8')
const tokens = Object.fromEntries(
  [...css.matchAll(/--color-([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
)
type Theme = 'light' | 'dark'
const colour = (name: string, theme: Theme): string => {
  const token = tokens[name]
  if (token === undefined) throw new Error(`no token ${name}`)
  return token[theme]
}

// WCAG 2.2 relative luminance and contrast.
const linear = (channel: number) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4)
const luminance = (hex: string) =>
  [0.2126, 0.7152, 0.0722].reduce(
    (sum, weight, index) => sum + weight * linear(Number.parseInt(hex.slice(1 + 2 * index, 3 + 2 * index), 16) / 255),
    0,
  )
function ratio(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((p, q) => q - p) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
/** Floored, never rounded: 4.49 is not 4.5. */
const floor = (value: number) => Math.floor(value * 10) / 10

const BACKGROUNDS = ['canvas', 'surface', 'sunken', 'hover', 'selected']
const worst = (name: string, theme: Theme, over: string[]) =>
  floor(Math.min(...over.map((background) => ratio(colour(name, theme), colour(background, theme)))))

describe.each(['light', 'dark'] as const)('colours of the %s theme', (theme) => {
  it.each([
    ['text', 14.2, 11.5],
    ['text-2', 7.6, 7.2],
    ['text-3', 5.0, 5.1],
    ['link', 6.1, 6.8],
    ['control', 3.3, 3.3],
    ['focus', 4.2, 5.5],
  ])('%s keeps its contrast over the five backgrounds', (name, light, dark) => {
    expect(worst(name, theme, BACKGROUNDS)).toBe(theme === 'light' ? light : dark)
  })

  it.each(['ok', 'warn', 'bad', 'run', 'idle'])(
    'the word of %s reaches 4.5 and its mark 3 over every background and its own tint',
    (tone) => {
      const over = [...BACKGROUNDS, `${tone}-tint`]
      expect(worst(tone, theme, over)).toBeGreaterThanOrEqual(4.5)
      expect(worst(`${tone}-mark`, theme, over)).toBeGreaterThanOrEqual(3)
    },
  )

  it.each(['explore', 'chart', 'navigate'])('the mark of layer %s reaches 3 on surface, canvas and its tint', (layer) => {
    expect(worst(layer, theme, ['surface', 'canvas', 'layer-tint'])).toBeGreaterThanOrEqual(3)
  })

  it.each([1, 2, 3, 4, 5, 6])('chart series %i reaches 3 on surface and canvas', (series) => {
    expect(worst(`series-${series}`, theme, ['surface', 'canvas'])).toBeGreaterThanOrEqual(3)
  })

  it('gives the danger button readable words', () => {
    expect(worst('on-danger', theme, ['danger'])).toBeGreaterThanOrEqual(4.5)
  })

  it('keeps the words of the primary button readable: canvas on text', () => {
    expect(worst('canvas', theme, ['text'])).toBeGreaterThanOrEqual(4.5)
  })
})
