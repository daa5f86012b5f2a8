import type { RunOptions, RunResult } from '../ops/types.ts'
import { quoteAll } from '../plan/quote.ts'
import type { Answer, Ask, Question } from '../questions/types.ts'
import type { AskOptions } from './broker.ts'
import { type CommandLine, type CommandOptions, type CommandResult, runCommand } from './command.ts'
import type { Provided } from './messages.ts'
import { type Questions, questionsFor } from './questions.ts'
import type { Scope } from './scope.ts'
import { type InTurn, slow } from './turns.ts'
import { questionText, Waits } from './waits.ts'

/** The node that a test is about. What is asked of it is asked anew each time, over the one login that conc holds. */
export interface TestedNode extends Questions {
  readonly name: string
  /** As `conc show` tells them. */
  readonly attributes: Readonly<Record<string, string>>
  /** All its groups, those of its groups too. */
  readonly groups: readonly string[]
  /** What a built-in set is given. */
  readonly data: Readonly<Record<string, unknown>>
  /** Asks a question of conc's own. */
  readonly ask: Ask
  /** Runs a command and waits for its end, whatever that is. It ends with the test at the latest. */
  run(line: CommandLine, options?: CommandOptions): Promise<CommandResult>
  /** The same node, asked as another user, root when none is named. */
  sudo(user?: string): TestedNode
}

/** What reaches the node. Both throw Unknown, and UnreachableError when the node is gone. */
export interface Line {
  ask(question: Question, options: AskOptions): Promise<Answer>
  run(argv: readonly string[], options: RunOptions & InTurn): Promise<RunResult>
}

type About = Omit<Provided, 'hidden' | 'socket' | 'token'>

/** The test that asks at that moment. */
type Asking = () => Pick<Scope, 'signal' | 'waits' | 'limit'> | undefined

/** @param asking gives whose questions they are: they end with it. */
export function nodeOn(line: Line, about: About, asking: Asking, as?: string): TestedNode {
  const { name, attributes, groups, data } = about
  const user = as === undefined ? {} : { as }
  const ask: Ask = (question) => {
    const { signal, waits = new Waits() } = asking() ?? {}
    const what = () => questionText(question)
    return waits.inTurn(what, slow.has(question.name), (onBegin) => line.ask(question, { ...user, signal, onBegin }))
  }
  const run = (argv: readonly string[], given: RunOptions) => {
    const { signal, waits = new Waits(), limit = 0 } = asking() ?? {}
    // The node ends it itself when the link is lost, and nobody can end it with its test.
    const bound = Number.isFinite(limit) && limit > 0 ? { timeout: limit } : {}
    const ending = signal === undefined ? {} : { signal }
    return waits.inTurn(
      () => `\`${quoteAll(argv)}\``,
      true,
      (onBegin) => line.run(argv, { ...bound, ...given, ...user, ...ending, onBegin }),
    )
  }
  return {
    ...questionsFor(ask, name),
    name,
    attributes,
    groups,
    data,
    ask,
    run: (command, how = {}) => runCommand(run, command, how, name, as),
    sudo: (user = 'root') => nodeOn(line, about, asking, user),
  }
}
