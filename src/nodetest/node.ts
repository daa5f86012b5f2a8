import type { RunOptions, RunResult } from '../ops/types.ts'
import type { Answer, Ask, Question } from '../questions/types.ts'
import type { AskOptions } from './broker.ts'
import { type CommandLine, type CommandOptions, type CommandResult, runCommand } from './command.ts'
import type { Provided } from './messages.ts'
import { type Questions, questionsFor } from './questions.ts'

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
  run(argv: readonly string[], options: RunOptions): Promise<RunResult>
}

type About = Omit<Provided, 'hidden' | 'socket' | 'token'>

/** @param signal gives what ends the questions of whoever asks at that moment. */
export function nodeOn(line: Line, about: About, signal: () => AbortSignal | undefined, as?: string): TestedNode {
  const { name, attributes, groups, data } = about
  const options = (): AskOptions => {
    const ending = signal()
    return { ...(as === undefined ? {} : { as }), ...(ending === undefined ? {} : { signal: ending }) }
  }
  const ask: Ask = (question) => line.ask(question, options())
  const run = (argv: readonly string[], given: RunOptions) => line.run(argv, { ...given, ...options() })
  return {
    ...questionsFor(ask, name),
    name,
    attributes,
    groups,
    data,
    ask,
    run: (command, how = {}) => runCommand(run, command, how, name, as),
    sudo: (user = 'root') => nodeOn(line, about, signal, user),
  }
}
