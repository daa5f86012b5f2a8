import { describe, expect, test } from 'vitest'
import { dark, light, type Palette } from '../../../src/report/html/palette.ts'

/** The contrast of two colours by WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio. */
function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const share = Number.parseInt(color.slice(from, from + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const inks = ['text', 'dim', 'link', 'green', 'red', 'yellow', 'cyan'] as const
const grounds = ['ground', 'panel'] as const
const palettes: readonly (readonly [string, Palette])[] = [
  ['light', light],
  ['dark', dark],
]
const rows = palettes.flatMap(([name, palette]) =>
  inks.flatMap((ink) => grounds.map((ground) => ({ name, ink, ground, palette }))),
)

describe('the colours', () => {
  test('contrast is counted as WCAG counts it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 2)
  })

  test.each(rows)('$name: $ink is legible on $ground', ({ palette, ink, ground }) => {
    expect(contrast(palette[ink], palette[ground])).toBeGreaterThanOrEqual(4.5)
  })
})
