import { expect, test } from 'vitest'
import { commandPageText } from './commandpage.ts'
import { textOf } from './pages.ts'

test('the page of commands is as the table has it: npx jiti test/manual/commandpage.ts writes it anew', () => {
  expect(textOf('manual/commands.md')).toBe(commandPageText())
})
