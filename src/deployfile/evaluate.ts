import { controlCharacters, variableOf } from '../words/attributes.ts'
import { didYouMean } from '../words/suggest.ts'
import { valueProblem } from './attributelines.ts'
import { shown } from './format.ts'
import { type Given, givenTo } from './given.ts'
import { keyProblem } from './names.ts'
import { expand, undefinedKey } from './substitute.ts'
import type { Attribute, Attributes, DeployFile, Problem } from './types.ts'

/** A node's attributes, and why some could not be evaluated. */
export interface Evaluated {
  readonly attributes: Attributes
  readonly problems: readonly Problem[]
}

type Tell = (given: Given, message: string) => void

/**
 * Evaluates the attributes of a node: conc's defaults < [deploy] < groups < the node < `overrides` (from `--set`).
 * An attribute that has no value because of a problem is left out.
 */
export function evaluateAttributes(
  deployFile: DeployFile,
  nodeName: string,
  overrides: ReadonlyMap<string, string> = new Map(),
): Evaluated {
  const node = deployFile.nodes.get(nodeName)
  if (node === undefined) return { attributes: new Map(), problems: [noSuchNode(nodeName, deployFile)] }
  const problems: Problem[] = []
  const tell: Tell = ({ key, from, place }, message) => {
    problems.push({ severity: 'error', ...(place ? { place, message } : { message: `${from} ${key}: ${message}` }) })
  }
  for (const [key, value] of overrides) checkOverride(key, value, tell)
  const given = givenTo(node, deployFile, overrides)
  const attributes = evaluate(given, tell)
  for (const each of given.values()) checkValue(each, attributes.get(each.key)?.value, tell)
  checkVariables(attributes, given, tell)
  return { attributes, problems }
}

/** The problem of a node that is not in the deploy file. */
function noSuchNode(name: string, { nodes }: DeployFile): Problem {
  const message = `there is no node ${shown(name)}. Add [node:NAME] or correct the name.${didYouMean(name, nodes.keys())}`
  return { severity: 'error', message }
}

// Deep enough for people, and far from the end of the stack.
const deepestReference = 100

function evaluate(given: ReadonlyMap<string, Given>, tell: Tell): Map<string, Attribute> {
  const values = new Map<string, string | undefined>()
  const path: string[] = []
  const lookUp = (key: string, asker: Given): string | undefined => {
    if (values.has(key)) return values.get(key)
    const own = given.get(key)
    const wrong = own === undefined ? undefinedKey(key, given.keys()) : pathProblem(key, path)
    if (own === undefined || wrong !== undefined) return void tell(asker, wrong ?? '')
    path.push(key)
    const value = expand(
      own.value,
      (inner) => lookUp(inner, own),
      (message) => tell(own, message),
    )
    path.pop()
    values.set(key, value)
    return value
  }
  const attributes = new Map<string, Attribute>()
  for (const own of given.values()) {
    const value = lookUp(own.key, own)
    if (value !== undefined) attributes.set(own.key, { value, from: own.from })
  }
  return attributes
}

function pathProblem(key: string, path: readonly string[]): string | undefined {
  if (path.includes(key)) {
    const circle = [...path.slice(path.indexOf(key)), key].join(' -> ')
    return `the value needs itself: ${circle}. Write one of them without \${…}.`
  }
  if (path.length < deepestReference) return undefined
  return `the value is reached through more than ${deepestReference} others. Refer to fewer.`
}

function checkValue(given: Given, value: string | undefined, tell: Tell): void {
  // A plain value of the file was checked where it stands.
  const isChecked = given.place !== undefined && !given.value.includes('${')
  const wrong = isChecked || value === undefined ? undefined : valueProblem(given.key, value)
  if (wrong !== undefined) tell(given, wrong)
}

function checkOverride(key: string, value: string, tell: Tell): void {
  const wrong = overrideProblem(key, value)
  if (wrong !== undefined) tell({ key, value, from: '--set' }, wrong)
}

function overrideProblem(key: string, value: string): string | undefined {
  if (key === 'groups') return 'groups can be set in the deploy file only. Leave it out.'
  const control = controlCharacters.exec(value)?.[0]
  return control === undefined ? keyProblem(key) : `the value holds the control character ${shown(control)}. Remove it.`
}

/** Two attributes of different sections may become the same shell variable as well. */
function checkVariables(attributes: Attributes, given: ReadonlyMap<string, Given>, tell: Tell): void {
  const variables = new Map<string, string>()
  for (const key of attributes.keys()) {
    const variable = variableOf(key)
    const other = variables.get(variable)
    const here = given.get(key)
    variables.set(variable, key)
    if (other === undefined || here === undefined) continue
    tell(here, `${shown(key)} and ${shown(other)} are both the shell variable $${variable}. Rename one.`)
  }
}
