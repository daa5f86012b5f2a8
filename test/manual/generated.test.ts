import { expect, test } from 'vitest'
import { parts, partsIn, regenerated } from './generated/parts.ts'
import { pages } from './pages.ts'

const made = pages.filter(({ text }) => partsIn(text).length > 0)

test.each(made)(
  'what is generated in $path is as the program has it: npm run manual -- --write',
  async ({ text }) => {
    expect(await regenerated(text)).toBe(text)
  },
  120_000,
)

test('each part that can be generated stands in one page, once', () => {
  expect(made.flatMap(({ text }) => partsIn(text)).sort()).toEqual([...parts.keys()].sort())
})

test('each mark of a generated part has its end', () => {
  for (const { path, text } of pages)
    expect({ path, marks: text.match(/^<!-- generated: /gm)?.length ?? 0 }).toEqual({
      path,
      marks: partsIn(text).length,
    })
})
