import type { KeyboardInteractiveAuthMethod } from 'ssh2'
import type { Attempt } from './attempt.ts'
import type { Target } from './target.ts'
import type { Prompts } from './types.ts'

/** Logging in by what a person types: one question, once, as accounts lock after a few wrong passwords. */
export function interactive(target: Target, kept: Prompts['kept']): Attempt {
  const { user: username, name } = target
  const question = `Password of ${username} on ${name}`
  return {
    label: 'password',
    method: 'interactive',
    refused: () => void kept?.delete(question),
    prepare: async (accepted, prompts) => {
      if (!prompts) return undefined
      if (accepted.includes('keyboard-interactive')) return keyboard(username, name, question, prompts)
      if (!accepted.includes('password')) return undefined
      const password = await ask(question, question, prompts)
      return password === undefined ? undefined : { type: 'password', username, password }
    },
  }
}

/** Asks unless the answer is kept under `as`, and keeps it there until it is refused. */
async function ask(question: string, as: string, prompts: Prompts): Promise<string | undefined> {
  const answer = prompts.kept?.get(as) ?? (await prompts.secret(question))
  if (answer !== undefined) prompts.kept?.set(as, answer)
  return answer
}

function keyboard(username: string, name: string, as: string, prompts: Prompts): KeyboardInteractiveAuthMethod {
  const answers = async (questions: readonly string[]): Promise<string[]> => {
    const [first] = questions
    // A password stays right; a code that a device shows does not.
    if (first !== undefined && questions.length === 1 && /^(\(.*\) )?password\b/i.test(first))
      return [(await ask(`${name}: ${first.trim()}`, as, prompts)) ?? '']
    const given: string[] = []
    for (const question of questions) given.push((await prompts.secret(`${name}: ${question.trim()}`)) ?? '')
    return given
  }
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _language, questions, finish) => {
      answers(questions.map((question) => question.prompt)).then(finish, () => finish([]))
    },
  }
}
