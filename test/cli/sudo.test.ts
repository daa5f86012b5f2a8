import { expect, test } from 'vitest'
import { Stage } from '../../src/cli/stage.ts'
import { withSudo } from '../../src/cli/sudo.ts'
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
