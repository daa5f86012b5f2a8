import {
  type CodeContext,
  defineOp,
  junitText,
  milliseconds,
  OpFailed,
  quoteAll,
  type TestEvent,
  testTerminal,
} from 'conc-deploy'

export default defineOp({
  summary: 'Runs node tests against the node, over the connection that is there.',
  sides: ['local'],
  parameters: [
    { name: 'FILE', summary: 'a part of the path of test files; all of them when there is none', many: true },
  ],
  flags: {
    name: { value: 'TEXT', summary: "a part of the tests' names, or a regular expression between slashes" },
    tag: { value: 'EXPR', summary: 'tests with these tags: smoke, "web && !slow"' },
    builtin: { value: 'SET', type: { oneOf: ['webapp'] }, summary: 'a set of tests that comes with conc' },
    timeout: { value: 'TIME', type: 'time', summary: 'how long a test may take; 30s when not given' },
  },
  readOnly: true,
  byHand: ({ node, positionals, flags }) => {
    const options = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value])
    return quoteAll(['conc', 'test', node, ...positionals, ...options])
  },
  run: async ({ tests, keep, log, signal, ...context }) => {
    if (tests === undefined) throw new Error('test needs the workstation')
    const events: TestEvent[] = []
    const lines = testTerminal({ write: log, level: 'normal', color: false })
    const exitCode = await tests(requestOf(context), (event) => {
      events.push(event)
      lines.event(event)
    })
    await keep('junit.xml', junitText(events))
    signal.throwIfAborted()
    const lost = events.find((event) => event.event === 'node-end' && event.outcome === 'unreachable')
    if (lost !== undefined && 'why' in lost) throw new Error(`the node went away: ${lost.why}`)
    if (exitCode !== 0) throw new OpFailed(whatFailed(events))
  },
})

function requestOf({
  positionals,
  flags: { name, tag, builtin, timeout },
}: Pick<CodeContext, 'positionals' | 'flags'>) {
  const time = timeout === undefined ? undefined : milliseconds(timeout)
  const selection = {
    files: positionals,
    ...(name !== undefined && { name }),
    ...(tag !== undefined && { tags: [tag] }),
    ...(builtin !== undefined && { builtin: [builtin] }),
  }
  return { selection, refusesOnly: true, ...(time !== undefined && { timeout: time }) }
}

function whatFailed(events: readonly TestEvent[]): string {
  const ends = events.filter((event) => event.event === 'test-end')
  const bad = ends.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown')
  const names = bad.map(({ test, outcome }) => (outcome === 'unknown' ? `${test} (unknown)` : test))
  const broken = events.flatMap((event) => (event.event === 'file-broken' ? [`${event.file} can't be loaded`] : []))
  const end = events.at(-1)
  const why = end?.event === 'run-end' && end.why !== undefined ? [end.why] : []
  const what = [...broken, ...names]
  return what.length > 0
    ? `${what.length} of ${ends.length + broken.length} did not pass: ${what.join(', ')}`
    : why.join()
}
