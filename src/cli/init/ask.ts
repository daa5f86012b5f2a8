import { UsageError } from '../../words/errors.ts'
import { type Answers, questions } from './answers.ts'

/** Asks a person at the terminal what no flag answered. Questions are talk: they go to stderr. */
export async function askAnswers(given: Partial<Answers>, defaults: Answers): Promise<Answers> {
  const { isCancel, text } = await import('@clack/prompts')
  const answers = { ...defaults, ...given }
  for (const { name, text: message, problem } of questions) {
    if (given[name] !== undefined) continue
    const answer = await text({
      message,
      initialValue: defaults[name],
      validate: (value) => problem(value?.trim() ?? ''),
      output: process.stderr,
    })
    if (isCancel(answer)) throw new UsageError('init was given up. Nothing was written.')
    answers[name] = answer.trim()
  }
  return answers
}
