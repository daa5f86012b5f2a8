import { randomBytes } from 'node:crypto'
import type { Host, RunResult } from '../ops/types.ts'
import { batchText, parseBatch } from '../questions/batch.ts'
import { scriptsFor } from '../questions/scripts.ts'
import { type Answer, type Question, Unknown } from '../questions/types.ts'
import { plainLine } from '../transport/plain.ts'

/** How long questions may take together, and how long one that is asked on its own, in milliseconds. */
const patience = { together: 10_000, alone: 8_000, slow: 60_000, inventory: 130_000 }
/** Questions that are asked on their own at the same time. */
const abreast = 8

/** A question and who waits for its answer. */
export interface Asked {
  readonly question: Question
  /** Called once. */
  readonly settle: (answer: Answer | Error) => void
}

/** How questions get to the node. */
export interface Asking {
  /** Throws what `Host.run` throws. */
  readonly run: Host['run']
  readonly as?: string
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
}

/**
 * Asks the node all of these in one round trip, the same question once. What has no whole answer, because something hung
 * or printed too much, is asked once more on its own. Throws what `Host.run` throws.
 */
export async function askTogether(asked: readonly Asked[], asking: Asking): Promise<void> {
  const lots = lotsOf(asked)
  const { answers, ended } = await answersTo(lots, patience.together, asking)
  if (ended !== undefined) return settle(asked, new Unknown(ended))
  const again = lots.filter((lot, at) => !settleWhole(lot, answers[at]))
  const next = async () => {
    for (let lot = again.shift(); lot !== undefined; lot = again.shift()) await askAlone(lot, patience.alone, asking)
  }
  await Promise.all(Array.from({ length: Math.min(abreast, again.length) }, next))
}

/** Asks one question that may take its time: what is written in q_inventory is two minutes. Throws what `Host.run` throws. */
export function askSlowly(asked: Asked, asking: Asking): Promise<void> {
  return askAlone([asked], asked.question.name === 'inventory' ? patience.inventory : patience.slow, asking)
}

async function askAlone(lot: Lot, limit: number, asking: Asking): Promise<void> {
  const { answers, ended, late } = await answersTo([lot], limit, asking)
  const silent = late ? `the node did not answer within ${limit / 1000} s` : (ended ?? 'the node did not answer')
  if (!settleWhole(lot, answers[0])) settle(lot, new Unknown(silent))
}

/** Those who ask the same. */
type Lot = readonly [Asked, ...Asked[]]

function lotsOf(asked: readonly Asked[]): readonly Lot[] {
  const lots = new Map<string, Lot>()
  for (const one of asked) {
    const key = JSON.stringify(one.question)
    const lot = lots.get(key)
    lots.set(key, lot === undefined ? [one] : [...lot, one])
  }
  return [...lots.values()]
}

interface Answers {
  /** One a lot; Unknown when it is not whole. */
  readonly answers: readonly (Answer | Unknown)[]
  /** Why not one was answered, when that was not the time. */
  readonly ended?: string
  readonly late: boolean
}

/** The text goes as input, not as a word: words are seen by everybody in `ps`, and are limited to 128 KiB. */
async function answersTo(lots: readonly Lot[], timeout: number, { run, as, signal }: Asking): Promise<Answers> {
  const questions = lots.map(([{ question }]) => question)
  const nonce = randomBytes(16).toString('hex')
  const text = batchText(questions, await scriptsFor(questions.map(({ name }) => name)), nonce)
  const input = Buffer.from(`${text}\n`)
  const result = await run(['sh'], { input, timeout, signal, ...(as === undefined ? {} : { as }) })
  const answers = parseBatch(questions.length, result.stdout, result.stderr, nonce)
  const late = result.timedOut === true
  const none = !late && answers.every((answer) => answer instanceof Unknown)
  return { answers, late, ...(none ? { ended: endOf(result) } : {}) }
}

function endOf({ exit, signal, stderr }: RunResult): string {
  const said = plainLine(stderr.toString('utf8'))
  return `the node did not answer: ${said || `sh ended with ${signal ?? `exit ${exit}`}`}`
}

/** Returns whether there was an answer to hand on. */
function settleWhole(lot: Lot, answer: Answer | Unknown | undefined): boolean {
  if (answer === undefined || answer instanceof Unknown) return false
  settle(lot, answer)
  return true
}

function settle(lot: readonly Asked[], answer: Answer | Error): void {
  for (const one of lot) one.settle(answer)
}
