import { spanOf } from '../../bundle/run.ts'
import { count } from '../amounts.ts'
import { sayingOf, unreadableLine } from '../log.ts'
import { between, span } from '../span.ts'
import { runPaints, standing } from '../standing.ts'
import type { PageFacts } from './facts.ts'
import { timelineSection } from './lanes.ts'
import { html, type Markup } from './markup.ts'
import { stepSections } from './sections.ts'
import { stepTable } from './steps.ts'
import { styleSheet } from './style.ts'
import { time } from './words.ts'

/** The page of a run: one file that needs no network and no script, in which nothing that a node said is markup. */
export function runPage(facts: PageFacts): string {
  const { node, report } = facts
  const name = `${report.holder?.job ?? 'run'} on ${node}`
  const body = html`<body>
<a class="skip" href="#steps">To the steps</a>
<header><h1>${name}</h1>${head(facts)}</header>
<main>${timelineSection(facts)}${stepTable(facts)}${stepSections(facts)}${journalSection(facts)}</main>
${foot(facts)}
</body>`
  const title = html`<title>${name}: ${report.state}</title>`
  return `${[
    '<!DOCTYPE html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    generator,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `${title.text}<style>${styleSheet}</style></head>`,
    `${body.text}</html>`,
  ].join('\n')}\n`
}

const generator = '<meta name="generator" content="conc">'

/** Whether the beginning of a file is that of such a page. */
export function isRunPage(start: string): boolean {
  return start.startsWith('<!DOCTYPE html>') && start.includes(generator)
}

/** Were something markup after all, it could load, send and run nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

function head({ node, report, now, app }: PageFacts): Markup {
  const { state, run, holder } = report
  const said = standing(report)
  const { began, ended } = spanOf(report)
  const took = between(began, ended ?? now)
  const rows: readonly (readonly [string, string | Markup])[] = [
    ['Application', `${app} ${holder?.release ?? ''}`],
    ['Node', node],
    ['Run', run],
    ['By', holder?.by ?? 'not known'],
    ['Began', began === undefined ? 'not known' : time(began)],
    ...(ended === undefined
      ? ([['As of', time(now)]] as const)
      : ([[state === 'UNKNOWN' ? 'Last record' : 'Ended', time(ended)]] as const)),
    ...(took === undefined ? [] : [['In all', span(took)] as const]),
  ]
  return html`<p class="state ${runPaints[state]}"><strong>${state}</strong>${said === '' ? '' : html` <span class="why">${said}</span>`}</p>
<dl>${rows.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>
<nav aria-label="On this page"><ul><li><a href="#timeline">Timeline</a></li><li><a href="#steps">Steps</a></li><li><a href="#each">What each step did</a></li><li><a href="#journal">Journal</a></li></ul></nav>`
}

function journalSection({ report: { journal } }: PageFacts): Markup {
  const rows = journal.records.map(
    (record) => html`<tr><td>${time(record.time)}</td><td>${sayingOf(record)}</td></tr>
`,
  )
  const unreadable = journal.strange.map((one) => html`<p class="cut">${unreadableLine(one)}</p>`)
  return html`<section aria-labelledby="journal"><h2 id="journal">Journal</h2>
<details><summary>${count(journal.records.length, 'record')}</summary>
<table><thead><tr><th scope="col">Time</th><th scope="col">What</th></tr></thead><tbody>${rows}</tbody></table></details>
${unreadable}${journal.torn ? html`<p class="cut">The last line is cut short: it counts as never written.</p>` : ''}</section>`
}

function foot({ version, now }: PageFacts): Markup {
  return html`<footer><p>Written by conc ${version} at ${time(now)} from the journal on the node. All times are those of the node's clock, in UTC (Z), to the second; what was done before the bundle was open has the workstation's.</p></footer>`
}
