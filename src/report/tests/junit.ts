import type { TestEvent } from '../../ops/tests.ts'
import { byNode, type NodeTests, skipReason } from './nodes.ts'
import { onlyText } from './outcome.ts'
import type { TestEventOf } from './reporter.ts'

type TestEnd = TestEventOf<'test-end'>

/**
 * A run of tests as JUnit XML: a `testsuite` a node, named like it. A test that failed is a `failure`; one of which the
 * node could not tell or that was interrupted, a file that can't be loaded and a node that can't be reached are an `error`; a skipped or waived
 * one is `skipped`. Times are in seconds.
 */
export function junitText(events: readonly TestEvent[]): string {
  const suites = byNode(events).map(suite)
  const end = events.find((event) => event.event === 'run-end')
  const all = suites.map(({ sums }) => sums).reduce(plus, none)
  const head = element('testsuites', { name: 'conc', ...shown(all), time: seconds(end?.ms ?? 0) }, [
    ...suites.map(({ text }) => text),
  ])
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n`
}

interface Sums {
  readonly tests: number
  readonly failures: number
  readonly errors: number
  readonly skipped: number
}

const none: Sums = { tests: 0, failures: 0, errors: 0, skipped: 0 }

function plus(a: Sums, b: Sums): Sums {
  return {
    tests: a.tests + b.tests,
    failures: a.failures + b.failures,
    errors: a.errors + b.errors,
    skipped: a.skipped + b.skipped,
  }
}

function shown(sums: Sums): Record<string, string> {
  return Object.fromEntries(Object.entries(sums).map(([key, value]) => [key, String(value)]))
}

interface Case {
  readonly sums: Sums
  readonly text: string
}

function suite({ node, tests, broken, only, end }: NodeTests): Case {
  const cases = [
    ...tests.map((test) => testCase(node, test)),
    ...broken.map(({ file, why }) => errorCase(node, file, file, 'broken', why)),
    ...(end?.outcome === 'unreachable' ? [errorCase(node, '', 'reach', 'unreachable', end.why ?? 'unreachable')] : []),
  ]
  const sums = cases.map((one) => one.sums).reduce(plus, none)
  const about = { name: node, hostname: node, ...shown(sums), time: seconds(end?.ms ?? 0) }
  const stamp = tests[0]?.time ?? end?.time
  const attributes = stamp === undefined ? about : { ...about, timestamp: stamp.replace(/\.\d+Z$/, '') }
  const trips = end === undefined ? [] : [element('property', { name: 'roundTrips', value: String(end.roundTrips) })]
  const properties = trips.length === 0 ? [] : [element('properties', {}, trips)]
  const said = only.length === 0 ? [] : [`<system-err>${escaped(only.map(onlyText).join('\n'))}</system-err>`]
  return { sums, text: element('testsuite', attributes, [...properties, ...cases.map(({ text }) => text), ...said]) }
}

function testCase(node: string, test: TestEnd): Case {
  const about = { name: test.test, classname: className(node, test.file), file: test.file, time: seconds(test.ms) }
  const of = (sums: Partial<Sums>, inner: readonly string[]) => ({
    sums: { ...none, tests: 1, ...sums },
    text: element('testcase', about, inner),
  })
  const why = test.why ?? test.outcome
  switch (test.outcome) {
    case 'pass':
      return of({}, [])
    case 'skip':
      return of({ skipped: 1 }, [element('skipped', { message: skipReason(test) })])
    case 'fail':
      return of({ failures: 1 }, [told('failure', 'fail', why)])
    case 'unknown':
    case 'interrupted':
      return of({ errors: 1 }, [told('error', test.outcome, why)])
  }
}

function errorCase(node: string, file: string, name: string, type: string, why: string): Case {
  const about = { name, classname: className(node, file), ...(file === '' ? {} : { file }), time: '0' }
  return { sums: { ...none, tests: 1, errors: 1 }, text: element('testcase', about, [told('error', type, why)]) }
}

/** CI servers group by the class: `web1.shop` for nodetests/shop.nodetest.ts on web1. */
function className(node: string, file: string): string {
  const base = file.replace(/^.*\//, '').replace(/\.nodetest\.[a-z]+$/, '')
  return base === '' ? node : `${node}.${base}`
}

/** An outcome with its first line as the message, and all of it as the text. */
function told(name: 'failure' | 'error', type: string, why: string): string {
  const [message = ''] = why.split('\n')
  return `<${name}${attributesText({ type, message })}>${escaped(why)}</${name}>`
}

function element(name: string, attributes: Readonly<Record<string, string>>, inner: readonly string[] = []): string {
  const open = `${name}${attributesText(attributes)}`
  return inner.length === 0 ? `<${open}/>` : `<${open}>\n${inner.join('\n')}\n</${name}>`
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value).replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"`)
    .join('')
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for XML 1.0, which has no way to write control characters, lone halves of pairs, and U+FFFE and U+FFFF. */
function escaped(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replaceAll(/[&<>"]/g, (character) => entities[character] ?? character)
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
