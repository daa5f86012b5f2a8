import { expect, test } from 'vitest'
import { Stage } from '../../src/cli/stage.ts'
import { type SudoOptions, withSudo } from '../../src/cli/sudo.ts'
import { listenToWishes } from '../../src/cli/wishes.ts'
import type { World } from '../../src/cli/world.ts'

test('what prints the password may talk to the terminal: the view makes room for it', async () => {
  const happened: string[] = []
  const stage = new Stage(() => {})
  const wishes = listenToWishes(stage)
  const unasked = () => Promise.reject(new Error('nobody is asked'))
  stage.enter({
    show: () => happened.push('shown'),
    hide: () => happened.push('hidden'),
    operator: { pause: unasked, before: unasked },
  })
  const { stdin, stdout: screen, env } = process
  const seat = { stdin, screen, beside: false, color: false, stage, wishes }
  const place: Pick<World, 'env' | 'seat' | 'sudoPassword'> = { env, seat }
  const sudoPasswordCommand = 'printf "%s\\n" "of $CONC_NODE"'
  const { sudoPassword } = await withSudo(place, { sudoPasswordCommand })
  expect(happened).toEqual(['shown'])
  expect(await sudoPassword?.('web1', '?')).toBeDefined()
  expect(happened).toEqual(['shown', 'hidden', 'shown'])
})

const asking = (answer: string | undefined): Pick<World, 'env' | 'prompts' | 'sudoPassword'> => ({
  env: process.env,
  prompts: { secret: async () => answer, confirm: async () => false },
})

test('a password that is asked for at once serves every node', async () => {
  const { sudoPassword } = await withSudo(asking('right'), { askSudo: true })
  const given = await Promise.all(['web1', 'web2'].map((node) => sudoPassword?.(node, '?')))
  expect(given.map((secret) => secret?.reveal())).toEqual(['right', 'right'])
})

test.each<[string, Pick<World, 'env' | 'prompts'>, SudoOptions, string]>([
  ['by two ways', asking('x'), { askSudo: true, sudoPasswordCommand: 'echo x' }, 'Keep one.'],
  ['that nobody can be asked for', { env: process.env }, { askSudo: true }, 'there is no terminal to ask on.'],
  ['that is not given', asking(undefined), { askSudo: true }, 'no password was given.'],
])('a password %s is refused before anything is done', async (_, world, options, why) => {
  await expect(withSudo(world, options)).rejects.toThrow(why)
})

test.each([
  ['nothing', 'true'],
  ['two lines', 'printf "a\\nb\\n"'],
])('a command that prints %s has printed no password', async (_, sudoPasswordCommand) => {
  const place: Pick<World, 'env' | 'sudoPassword'> = { env: process.env }
  const { sudoPassword } = await withSudo(place, { sudoPasswordCommand })
  await expect(sudoPassword?.('web1', '?')).rejects.toThrow('for web1 printed no password, which is one line.')
})
