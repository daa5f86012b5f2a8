import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { blocksIn } from '../manual/pages.ts'

const folder = mkdtempSync(join(tmpdir(), 'conc-units-'))
afterAll(() => rmSync(folder, { recursive: true }))

const units = blocksIn('systemd')
  .filter(({ page }) => page === 'manual/recipes.md')
  .map(({ page, line, lines }) => ({ where: `${page}:${line}`, text: lines.join('\n') }))
const isThere = spawnSync('systemd-analyze', ['--version']).status === 0

test('each unit of the recipes can be enabled', () => {
  expect(units.map(({ text }) => /^\[Install\]\nWantedBy=(.*)$/m.exec(text)?.[1])).toEqual([
    'multi-user.target',
    'default.target',
  ])
})

test.runIf(isThere).each(units)('systemd finds nothing wrong with the unit at $where', ({ text }) => {
  const unit = join(folder, 'shop.service')
  // What it starts must be there.
  writeFileSync(unit, text.replaceAll('${app}', 'shop').replace(/^(ExecStart=).*$/m, '$1/bin/sh'))
  const user = text.includes('default.target') ? ['--user'] : []
  const env = { ...process.env, XDG_RUNTIME_DIR: folder }
  const said = execFileSync('sh', ['-c', 'exec systemd-analyze "$@" 2>&1', 'sh', ...user, 'verify', unit], { env })
  expect(
    said
      .toString()
      .split('\n')
      .filter((line) => line.includes('shop.service')),
  ).toEqual([])
})
