import { readBundle } from '../../bundle/read.ts'
import { parseJournal } from '../../journal/records.ts'
import { visible } from '../../report/clean.ts'
import { logLines } from '../../report/log.ts'
import { UsageError } from '../../words/errors.ts'
import { attributesOf, type CommonOptions, chooseNode, readDeploy } from '../deploy.ts'
import { atNode } from '../link.ts'
import type { World } from '../world.ts'

export interface LogOptions extends CommonOptions {
  readonly id?: string
}

/** `conc log NODE [STEP]`: the journal of the current run, or of a past one by `--id`; with a step, its output. */
export async function log([pattern = '', step]: readonly string[], options: LogOptions, world: World): Promise<number> {
  const deploy = await readDeploy(options)
  const node = chooseNode(deploy, pattern)
  const app = attributesOf(deploy, node).get('app')?.value ?? ''
  return atNode(deploy, node, world, async ({ link: { session }, bundle }) => {
    const list = await session.ask('sh', '-c', 'cd -- "$1" 2>/dev/null && ls -1', 'sh', `.conc/history/${app}`)
    const past = list.stdout
      .toString('utf8')
      .split('\n')
      .filter((name: string) => name !== '')
    const current = await readBundle(session, bundle)
    const latest = options.id ?? current.holder?.run ?? past.at(-1)
    if (latest === undefined) throw new UsageError(`there was no run of ${app} on ${node} yet.`)
    const here = current.holder?.run === latest
    if (!here && !past.includes(latest))
      throw new UsageError(`there is no run ${latest} on ${node}. Runs are ${past.join(', ') || 'none'}.`)
    const folder = here ? bundle : `.conc/history/${app}/${latest}`
    if (step !== undefined) {
      const { words, stdout } = await session.ask('sh', '-c', outputOf, 'sh', `${folder}/output`, step)
      if (words[0] !== '0') throw new UsageError(`run ${latest} kept no output of a step ${step}.`)
      world.out(visible(stdout.toString('utf8')))
      return 0
    }
    const journal = parseJournal((await session.ask('cat', `${folder}/journal`)).stdout.toString('utf8'))
    if (options.json)
      for (const record of journal.records) world.out(`${JSON.stringify({ node, run: latest, ...record })}\n`)
    else world.out(`${logLines(journal, { color: world.color }).join('\n')}\n`)
    return 0
  })
}

/** Prints what the last attempt of a step printed: stdout, then stderr. */
const outputOf =
  'cd -- "$1" || exit 1; last=; for f in *-"$2".*.out; do [ ! -e "$f" ] || last=${f%.out}; done; [ -n "$last" ] || exit 1; cat "$last.out"; [ ! -e "$last.err" ] || cat "$last.err"'
