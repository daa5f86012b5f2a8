import { builtInAttributes, isShellsOwn, looksLikePassword, variableOf } from '../words/attributes.ts'
import { shown } from './format.ts'

const name = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/
const longestName = 100

/** What is wrong with the name of a node, group, job or step, as a message; undefined when nothing is. */
export function nameProblem(what: string, text: string): string | undefined {
  if (text.length > longestName)
    return `the ${what} name ${shown(text)} is too long. Use at most ${longestName} characters.`
  if (name.test(text)) return undefined
  return `${shown(text)} can't be the name of a ${what}. Use letters, digits and _ . - and begin with none of . and -.`
}

/** What is wrong with the name of a step. */
export function stepNameProblem(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return nameProblem('step', text)
  return `a step can't be called ${shown(text)}: a number means a position. Give it a name with a letter in it.`
}

/** What is wrong with the name of a secret: it becomes an environment variable. */
export function secretNameProblem(text: string): string | undefined {
  if (!isVariable(text) || text.length > longestName) {
    return `${shown(text)} can't be the name of a secret, which becomes an environment variable. Use letters, digits and _ only, and no digit first.`
  }
  return isShellsOwn(text) ? `${text} steers the shell itself. Give the secret another name.` : undefined
}

/** Whether this can be the name of an environment variable. */
export function isVariable(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)
}

/** What is wrong with the key of an attribute. */
export function keyProblem(key: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(key) || key.length > longestName) {
    return `${shown(key)} can't be the key of an attribute. Use letters, digits and _ . - and begin with a letter or _.`
  }
  const builtIn = builtInAttributes.get(key)
  if (builtIn !== undefined) return `${shown(key)} is built in: it is ${builtIn}. Use another key.`
  if (looksLikePassword(key)) {
    return `${shown(key)} looks like a password: passwords are asked for, never stored. Put it in [secrets].`
  }
  if (!isShellsOwn(variableOf(key))) return undefined
  return `${shown(key)} would set ${variableOf(key)}, which steers the shell itself. Use another key.`
}
