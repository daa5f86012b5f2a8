import type { TestEvent } from '../../ops/tests.ts'
import { visibleLine } from '../clean.ts'
import { jsonLine } from '../json.ts'
import { byNode, type NodeTests, skipReason } from './nodes.ts'
import { onlyText } from './outcome.ts'
import type { TestEventOf } from './reporter.ts'

/**
 * A run of tests as TAP 14: a subtest a node. Of what is not ok the diagnostic says `outcome` (fail, unknown, broken,
 * unreachable, interrupted) and `why`; a skipped or waived test is ok with `# SKIP`.
 */
export function tapText(events: readonly TestEvent[]): string {
  const nodes = byNode(events)
  const end = events.find((event) => event.event === 'run-end')
  const lines = nodes.flatMap((node, at) => subtest(node, at + 1))
  const bail = end !== undefined && end.exitCode >= 5 ? [`Bail out! ${description(end.why ?? end.status)}`] : []
  return ['TAP version 14', ...lines, `1..${nodes.length}`, ...bail, ''].join('\n')
}

interface Point {
  readonly ok: boolean
  readonly text: string
  readonly skip?: string
  readonly diagnostic?: Readonly<Record<string, unknown>>
}

function subtest(node: NodeTests, number: number): string[] {
  const { end } = node
  if (end?.outcome === 'unreachable' && node.tests.length === 0 && node.broken.length === 0) {
    return pointLines({ ok: false, text: node.node, diagnostic: { outcome: 'unreachable', why: end.why } }, number)
  }
  const points = pointsOf(node)
  const remarks = node.only.map((only) => `# ${visibleLine(onlyText(only))}`)
  const inner = [...remarks, ...points.flatMap((point, at) => pointLines(point, at + 1)), `1..${points.length}`]
  const ok = points.every((point) => point.ok)
  const diagnostic = end === undefined ? {} : { diagnostic: { roundTrips: end.roundTrips, duration_ms: round(end.ms) } }
  return [
    `# Subtest: ${description(node.node)}`,
    ...inner.map((line) => `    ${line}`),
    ...pointLines({ ok, text: node.node, ...diagnostic }, number),
  ]
}

function pointsOf({ tests, broken, end }: NodeTests): Point[] {
  const bad = (text: string, outcome: string, why: string | undefined) => ({
    ok: false,
    text,
    diagnostic: { outcome, why },
  })
  return [
    ...tests.map(testPoint),
    ...broken.map(({ file, why }) => bad(file, 'broken', why)),
    ...(end?.outcome === 'unreachable' ? [bad('reach', 'unreachable', end.why)] : []),
  ]
}

function testPoint(test: TestEventOf<'test-end'>): Point {
  const { outcome, file, why, ms } = test
  if (outcome === 'pass') return { ok: true, text: test.test }
  if (outcome === 'skip') return { ok: true, text: test.test, skip: skipReason(test) }
  return { ok: false, text: test.test, diagnostic: { outcome, why, file, duration_ms: round(ms) } }
}

function pointLines({ ok, text, skip, diagnostic }: Point, number: number): string[] {
  const directive = skip === undefined ? '' : ` # SKIP ${description(skip)}`
  const entries = Object.entries(diagnostic ?? {}).filter(([, value]) => value !== undefined)
  // A string of JSON is one of YAML too.
  const yaml =
    entries.length === 0 ? [] : ['---', ...entries.map(([key, value]) => `${key}: ${jsonLine(value)}`), '...']
  return [`${ok ? 'ok' : 'not ok'} ${number} - ${description(text)}${directive}`, ...yaml.map((line) => `  ${line}`)]
}

/** One line, in which `#` begins no directive. */
function description(text: string): string {
  return visibleLine(text.replaceAll(/\s+/g, ' ')).replaceAll(/[\\#]/g, '\\$&')
}

function round(ms: number): number {
  return Math.round(ms)
}
