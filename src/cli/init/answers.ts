import { basename, resolve } from 'node:path'
import { isUser, knownAttribute } from '../../words/attributes.ts'

/** What a new deploy file is made of. */
export interface Answers {
  readonly app: string
  readonly release: string
  /** The login user of its servers; empty when it is not known yet. */
  readonly admin: string
  /** Of a first server; empty for an example of one. */
  readonly address: string
}

/** One question of `conc init`, and the flag that answers it. */
export interface Question {
  readonly name: keyof Answers
  readonly flag: string
  readonly text: string
  /** What is wrong with an answer; undefined when nothing is. */
  readonly problem: (answer: string) => string | undefined
}

// They become parts of file names and words of the deploy file: without anything that is special in one of them.
const plain = /^[A-Za-z0-9_][\w.+-]{0,99}$/
const plainly = 'Use letters, digits and _ . + - and begin with a letter, a digit or _.'

export const questions: readonly Question[] = [
  {
    name: 'app',
    flag: '--app',
    text: 'What is the application called?',
    problem: (answer) => (plain.test(answer) ? undefined : plainly),
  },
  {
    name: 'release',
    flag: '--release',
    text: 'Which release is it?',
    problem: (answer) => (plain.test(answer) ? undefined : plainly),
  },
  {
    name: 'admin',
    flag: '--admin',
    text: 'Who logs in to its servers? (may be empty)',
    problem: (answer) =>
      answer === '' || (plain.test(answer) && isUser(answer)) ? undefined : 'It is not the name of a user.',
  },
  {
    name: 'address',
    flag: '--address',
    text: 'What is the address of a first server? (may be empty)',
    problem: (answer) => (answer === '' || isAddress(answer) ? undefined : 'Write an address or a host name.'),
  },
]

function isAddress(answer: string): boolean {
  return /^[\w.:-]+$/.test(answer) && knownAttribute('sshd.ip')?.accepts(answer) === true
}

/** What is taken where nobody says otherwise. The application goes by the name of its folder. */
export function defaultAnswers(folder: string): Answers {
  const name = basename(resolve(folder))
    .replaceAll(/[^\w.+-]+/g, '-')
    .replace(/^[^A-Za-z0-9_]+/, '')
    .slice(0, 60)
  return { app: name === '' ? 'app' : name, release: '1.0.0', admin: '', address: '' }
}
