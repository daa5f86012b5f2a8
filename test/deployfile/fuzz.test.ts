import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatProblem } from '../../src/deployfile/format.ts'
import { parseDeployFile } from '../../src/deployfile/parse.ts'

const whole = `[deploy]
app     = shop
release = 1.4.2
bundle  = .conc/\${app}   ; on the node
[group:web]
admin     = ops
sshd.port = 22
[node:web1]
groups  = web
sshd.ip = 192.0.2.11
note    = "a ; quoted # value" # and a comment
[secrets]
db_password = env SHOP_DB
[job:release]
open    = remote open-bundle
migrate = remote timeout=10m secrets=db_password sh "echo \\"$app\\" 'x' $$\{y}"
look    = local  pause "Check the numbers, then resume"
restart = remote as=root cd=/srv run systemctl restart \${app}
close   = remote close-bundle
[probe:release]
migrate = test -e done
`
const own = readFileSync(fileURLToPath(new URL('../../deploy.ini', import.meta.url)), 'utf8')

const change = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('change', 'drop', 'insert', 'cut', 'repeat', 'swap'))

/** A valid file with one to six bytes, or parts, wrong. */
const mutated = fc
  .tuple(fc.constantFrom(whole, own), fc.array(change, { minLength: 1, maxLength: 6 }))
  .map(([text, changes]) => {
    let now = Buffer.from(text)
    for (const [where, byte, how] of changes) {
      const at = where % Math.max(1, now.length)
      const [before, after] = [now.subarray(0, at), now.subarray(at)]
      if (how === 'change') now[at] = byte
      else if (how === 'drop') now = Buffer.concat([before, after.subarray(1)])
      else if (how === 'insert') now = Buffer.concat([before, Buffer.from([byte]), after])
      else if (how === 'cut') now = Buffer.concat([before, after.subarray(byte)])
      else if (how === 'repeat') now = Buffer.concat([before, after.subarray(0, byte), after])
      else now = Buffer.concat([after, before])
    }
    return now.toString('utf8')
  })

test('the files that are mutated have nothing wrong with them', () => {
  for (const text of [whole, own]) {
    const { problems } = parseDeployFile(text, 'deploy.ini', '/app')
    expect(problems.filter(({ severity }) => severity === 'error').map(formatProblem)).toEqual([])
  }
})

test('5,000 mutated files are read without a throw: every problem has a line of the file and a sentence', () => {
  fc.assert(
    fc.property(mutated, (text) => {
      const { sound, problems, deployFile } = parseDeployFile(text, 'deploy.ini', '/app')
      const lines = text.split('\n').length
      expect(sound).toBe(problems.every(({ severity }) => severity !== 'error'))
      for (const problem of problems) {
        expect(formatProblem(problem)).toMatch(/^deploy\.ini:\d+: (warning: )?\P{Cc}+[.?]$/u)
        expect(problem.place?.line).toBeGreaterThan(0)
        expect(problem.place?.line).toBeLessThanOrEqual(lines)
      }
      // What is understood stands where it says.
      for (const { steps } of deployFile.jobs.values())
        for (const { name, place } of steps) expect(text.split(/\r?\n/)[place.line - 1]).toContain(name)
    }),
    { numRuns: 5_000, seed: 20261120 },
  )
})
