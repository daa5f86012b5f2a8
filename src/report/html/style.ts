import { dark, light, type Palette } from './palette.ts'

/** The page's style sheet: no font, picture or colour that is not in it. */
export const styleSheet = `
:root { color-scheme: light dark; ${variables(light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(dark)} } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2rem; }
footer { padding-top: 1rem; padding-bottom: 3rem; color: var(--dim); font-size: .875rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: .35rem 0; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--ground); padding: .25rem .5rem; }
.dim { color: var(--dim); font-weight: normal; }
.note { font-size: .875rem; }
time, .n, .took, pre, code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .875em; }
.status { font-weight: 600; white-space: nowrap; }
.green { color: var(--green); } .red { color: var(--red); } .yellow { color: var(--yellow); } .cyan { color: var(--cyan); }
.hand { border: 1px solid currentColor; border-radius: 3px; padding: 0 .35em; font-size: .875em; }
.remark { color: var(--dim); }
.state { font-size: 1.05rem; border-left: .35rem solid currentColor; padding: .35rem .75rem; background: var(--panel); margin: .75rem 0; }
.state .why { color: var(--text); font-weight: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0; }
dt { color: var(--dim); } dd { margin: 0; }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.lanes { display: grid; grid-template-columns: max-content 1fr; column-gap: .75rem; }
.names { display: grid; grid-template-rows: repeat(3, 44px); align-items: center; font-size: .875rem; color: var(--dim); }
.lanes > svg { background: var(--panel); display: block; border-radius: 4px; }
.ends { grid-column: 2; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; color: var(--dim); margin-top: .25rem; }
.rule { stroke: var(--line); }
svg .bar { stroke: var(--panel); } svg .thin { stroke: none; }
svg .green { fill: var(--green); } svg .red { fill: var(--red); } svg .yellow { fill: var(--yellow); } svg .cyan { fill: var(--cyan); } svg .dim { fill: var(--dim); }
svg text { font: 600 13px system-ui, sans-serif; text-anchor: middle; }
svg .number { fill: var(--panel); } svg .label { fill: var(--text); }
svg .label.green { fill: var(--green); } svg .label.red { fill: var(--red); } svg .label.yellow { fill: var(--yellow); } svg .label.cyan { fill: var(--cyan); }
#hatch rect { fill: var(--line); } .halt { fill: url(#hatch); }
svg .mark path { fill: var(--text); }
.events { padding-left: 1.1rem; } .events li { margin: .2rem 0; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--dim); font-size: .875rem; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); font-weight: normal; }
thead th, .took { overflow-wrap: normal; } thead th { color: var(--dim); font-size: .875rem; border-top: 0; }
tbody th { overflow-wrap: break-word; max-width: 40vw; } tbody th a { font-weight: 600; }
.n { color: var(--dim); display: inline-block; min-width: 2ch; text-align: right; }
td time, .took, .past { white-space: nowrap; }
.chart { vertical-align: bottom; } .chart .past { fill: var(--dim); } .chart .now { fill: var(--link); }
article { border-top: 1px solid var(--line); padding: .9rem 0; }
article:target { border-left: .35rem solid var(--link); padding-left: .75rem; }
pre { margin: .35rem 0; padding: .6rem .75rem; background: var(--panel); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.4; }
pre.command { background: none; border: 1px solid var(--line); }
summary { cursor: pointer; color: var(--link); width: fit-content; }
.cut { color: var(--yellow); }
@media (max-width: 40rem) {
  header, main, footer { padding-left: .75rem; padding-right: .75rem; }
  .wide { display: none; }
  table { font-size: .9375rem; } th, td { padding-right: .5rem; }
  td.past, .took { white-space: normal; }
}
@media print { body { font-size: 11pt; } nav, .skip { display: none; } }
`

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}: ${color};`)
    .join(' ')
}
