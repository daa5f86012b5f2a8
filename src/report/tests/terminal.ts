import { duration } from '../../words/clock.ts'
import { count } from '../amounts.ts'
import { visibleLine } from '../clean.ts'
import type { LogLevel } from '../plain.ts'
import { paints } from '../style.ts'
import { countsText, linesOf, onlyText, outcomes, tripsText } from './outcome.ts'
import { handleTest, type ScanEventOf, type TestHandlers, type TestReporter } from './reporter.ts'
import { Whys } from './whys.ts'

export interface TestTerminalOptions {
  /** Takes a line without its newline. */
  readonly write: (line: string) => void
  /** `quiet`: what went wrong and the end only. `verbose`: passing and skipped tests too, and exact times. */
  readonly level: LogLevel
  /** ANSI colours. */
  readonly color: boolean
}

/**
 * Tests for people: when a node is done its tests that did not pass, each with why; at the end a line a node, and one for all.
 * Of nodes that are tested at the same time no lines mix.
 */
export function testTerminal(options: TestTerminalOptions): TestReporter {
  const { write, level } = options
  const blocks = new Map<string, (() => readonly string[])[]>()
  const ends: ScanEventOf<'node-end'>[] = []
  const waived = new Map<string, number>()
  const told = new Set<string>()
  const whys = new Whys()
  const add = (node: string, lines: () => readonly string[]) => blocks.set(node, [...(blocks.get(node) ?? []), lines])
  const flush = (node: string) => {
    const lines = (blocks.get(node) ?? []).flatMap((block) => block())
    if (lines.length > 0) write(paints(options).bold(visibleLine(node)))
    for (const line of lines) write(`  ${line}`)
    blocks.delete(node)
  }
  const handlers: TestHandlers = {
    'test-start': () => {},
    'test-end': (event) => {
      if (event.waived !== undefined) waived.set(event.node, (waived.get(event.node) ?? 0) + 1)
      if (isShown(event, level)) add(event.node, () => testLines(event, whys.of(event), options))
    },
    'test-output': (event) => {
      const lines = linesOf(event.text).map((line) => paints(options).dim(`| ${line}`))
      if (level !== 'quiet') add(event.node, () => lines)
    },
    'test-gone': (event) => {
      const what = event.test === '' ? 'loads again' : 'is no longer there'
      add(event.node, () => [visibleLine(`· ${event.test || event.file} ${what} (was ${event.was})`)])
    },
    // What stands in a file is the same on each node.
    'file-only': (event) => {
      const text = visibleLine(onlyText(event))
      if (!told.has(text)) add(event.node, () => [paints(options).yellow(`! ${text}`)])
      told.add(text)
    },
    'file-broken': (event) => {
      add(event.node, () => {
        const lines = brokenLines(event, told.has(`${event.file}\n${event.why}`), options)
        told.add(`${event.file}\n${event.why}`)
        return lines
      })
    },
    'node-end': (event) => {
      flush(event.node)
      ends.push(event)
    },
    'run-end': (event) => {
      for (const node of [...blocks.keys()]) flush(node)
      const width = Math.max(...ends.map(({ node }) => visibleLine(node).length))
      const shown = ends.filter(({ outcome }) => level !== 'quiet' || !['pass', 'skip'].includes(outcome))
      for (const end of shown) write(nodeLine(end, width, waived.get(end.node) ?? 0, options))
      write(runLine(event, ends.length, sum(waived), options))
    },
  }
  return { event: (event) => handleTest(handlers, event) }
}

function isShown({ outcome, waived, was }: ScanEventOf<'test-end'>, level: LogLevel): boolean {
  if (
    outcome === 'fail' ||
    outcome === 'unknown' ||
    outcome === 'interrupted' ||
    was !== undefined ||
    level === 'verbose'
  )
    return true
  return waived !== undefined && level === 'normal'
}

function testLines(event: ScanEventOf<'test-end'>, why: readonly string[], options: TestTerminalOptions): string[] {
  const { outcome, test, file, ms, was } = event
  const { mark, paint } = outcomes[outcome]
  const facts = [
    ...(outcome === 'unknown' || outcome === 'interrupted' ? [outcome] : []),
    ...(outcome === 'pass' ? [] : [file]),
    ...(options.level === 'verbose' ? [`${Math.round(ms)} ms`] : []),
    ...(was === undefined ? [] : [`was ${was}`]),
  ]
  const tail = facts.length === 0 ? '' : paints(options).dim(`  (${visibleLine(facts.join(', '))})`)
  const head = `${paints(options)[paint](`${mark} ${visibleLine(test)}`)}${tail}`
  return [head, ...why.map((line) => `    ${line}`)]
}

function brokenLines(
  { file, why }: ScanEventOf<'file-broken'>,
  again: boolean,
  options: TestTerminalOptions,
): string[] {
  const head = `✗ ${visibleLine(file)} can't be loaded${again ? ', as above' : ''}`
  return [paints(options).red(head), ...(again ? [] : linesOf(why).map((line) => `    ${line}`))]
}

function nodeLine(
  { node, outcome, counts, roundTrips, ms, why, was }: ScanEventOf<'node-end'>,
  width: number,
  waived: number,
  options: TestTerminalOptions,
): string {
  const { mark, paint } = outcomes[outcome]
  const reason = why === undefined ? '' : `: ${visibleLine(why)}`
  const tested = outcome !== 'unreachable' || Object.values(counts).some((n) => n > 0)
  const said = [
    ...(outcome === 'unreachable' ? [`unreachable${reason}`] : []),
    ...(tested ? [countsText(counts, waived)] : []),
    ...(was === undefined ? [] : [`was ${was}`]),
    ...(tested ? [tripsText(roundTrips, time(ms, options))] : []),
  ]
  return `${paints(options)[paint](`${mark} ${visibleLine(node).padEnd(width)}`)}  ${said.join('; ')}`
}

function runLine(
  { status, counts, unreachable, ms, why }: ScanEventOf<'run-end'>,
  nodes: number,
  waived: number,
  options: TestTerminalOptions,
): string {
  const { green, red } = paints(options)
  const said = [
    count(nodes, 'node'),
    countsText(counts, waived),
    ...(unreachable > 0 ? [`${unreachable} unreachable`] : []),
    time(ms, options),
  ]
  const text = `${status}: ${said.join(', ')}${why === undefined ? '' : `. ${visibleLine(why)}`}`
  return (status === 'OK' ? green : red)(text)
}

function time(ms: number, { level }: TestTerminalOptions): string {
  return level === 'verbose' ? `${Math.round(ms)} ms` : duration(ms)
}

function sum(numbers: ReadonlyMap<string, number>): number {
  return [...numbers.values()].reduce((a, b) => a + b, 0)
}
