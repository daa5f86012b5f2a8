import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gated } from '../run/scene.ts'
import type { Fault, Setting } from './fault.ts'
import { resumeHere, runHere } from './inprocess.ts'
import { makeTrial, steps } from './trial.ts'

type Trial = Fault['trial']

/** An agent that is broken on purpose, and a trial in which that shows. */
export interface BrokenAgent {
  readonly name: string
  /** Shell functions that take the place of the agent's own. */
  readonly override: string
  readonly trial: Trial
  /** What the trial has to find. */
  readonly found: string
}

export const brokenAgents: readonly BrokenAgent[] = [
  {
    name: 'tells an end that it has not recorded',
    override: `record() { for line in "$@"; do case $line in *' r1 OK '*) ;; *) printf '%s\n' "$line" >>"$journal" ;; esac; done; }`,
    trial: (setting) => haltedAfter(setting, 'r1'),
    found: '(b) r1 was told OK and stands UNKNOWN',
  },
  {
    name: 'goes on for a runner that is gone, and leaves no evidence of it',
    override: `may_start() { refused=''; }
fenced() { return 1; }
begin_output() { say "B $1"; printf '%s B %s\n' "$nonce" "$1" >&9; true; }
write_evidence() { case $2 in */worker) ;; *) start_of "$1"; printf '%s %s %s\n' "$1" "$started" "$boot" >"$2" ;; esac; }`,
    trial: lostInStep,
    // Which one it is depends on the byte at which the line is cut.
    found: ' ran 2 times, and 1 were asked for',
  },
  {
    name: 'makes a file visible without looking whether it is whole',
    override: `stage_archive() { tar -C "$1" -xpf "$2"; true; }
write_at() { take_pieces "$3" "$4" | head -c 1000 >>"$1"; }`,
    trial: (setting) => haltedAfter(setting, 'send'),
    found: '(e) a half-delivered file stands under its final name',
  },
  {
    name: 'takes every end for a success',
    override: `judge() { status=OK code=0; }`,
    trial: failingStep,
    found: '(f) r4 began before r3 had ended',
  },
  {
    name: 'steals a lock that is held',
    override: `mkdir() { [ "$1" != -m ] || rm -rf -- "$4"; command mkdir "$@"; }`,
    trial: besideHalted,
    found: '(a) r1 ran 2 times, and 1 were asked for',
  },
]

/** A runner that is broken on purpose: it runs a failed step again, though nobody said so. */
export async function carelessRunner({ sshd, tally }: Setting): Promise<readonly string[]> {
  const trial = makeTrial({ sshd, tally })
  trial.scene.steps(...withStep('r3', (line) => line.replace(/"$/, '; exit 3"')))
  const ran = await runHere(trial.scene.station)
  await trial.check(ran.exit, ran.events)
  const resumed = await resumeHere(trial.scene.station, { retry: true })
  await trial.check(resumed.exit, resumed.events)
  trial.scene.remove()
  return trial.faults
}

/** A run that is asked to halt once it has told the end of a step. */
async function haltedAfter({ sshd, tally }: Setting, step: string): Promise<readonly string[]> {
  const trial = makeTrial({ sshd, tally })
  const halts = new AbortController()
  const { exit, events } = await runHere(trial.scene.station, { halt: halts.signal }, (event) => {
    if (event.event === 'step-end' && event.step === step) halts.abort()
  })
  await trial.check(exit, events)
  trial.scene.remove()
  return trial.faults
}

/** Another run is started while one is halted. */
async function besideHalted({ sshd, tally }: Setting): Promise<readonly string[]> {
  const trial = makeTrial({ sshd, tally })
  const halts = new AbortController()
  const halted = await runHere(trial.scene.station, { halt: halts.signal }, (event) => {
    if (event.event === 'step-end' && event.step === 'r1') halts.abort()
  })
  await trial.check(halted.exit, halted.events)
  const other = await runHere(trial.scene.station)
  await trial.check(other.exit, other.events)
  trial.scene.remove()
  return trial.faults
}

/** The session is killed during a step, which goes on until who resumes the run says something of it. */
async function lostInStep({ sshd, tally }: Setting): Promise<readonly string[]> {
  const trial = makeTrial({ sshd, tally })
  trial.scene.steps(...withStep('r3', (line) => line.replace(/sleep [\d.]+/, gated())))
  const { exit, events } = await runHere(trial.scene.station, {}, (event) => {
    if (event.event === 'step-start' && event.step === 'r3') sshd.killSessions()
  })
  await trial.check(exit, events)
  const other = trial.scene.other()
  writeFileSync(join(other.folder, 'blob.bin'), '')
  const goOn = () =>
    resumeHere(other, { retry: true }, (event) => {
      if ('step' in event && event.step === 'r3') trial.scene.openGate()
    })
  let resumed = await goOn()
  // The agent needs a moment to see that its runner is gone.
  while (resumed.exit === 3) resumed = await goOn()
  await trial.check(resumed.exit, resumed.events)
  trial.scene.remove()
  return trial.faults
}

/** A step fails half way. */
async function failingStep({ sshd, tally }: Setting): Promise<readonly string[]> {
  const trial = makeTrial({ sshd, tally })
  trial.scene.steps(...withStep('r3', (line) => line.replace('; echo end', '; exit 3; echo end')))
  const { exit, events } = await runHere(trial.scene.station)
  await trial.check(exit, events)
  trial.scene.remove()
  return trial.faults
}

function withStep(name: string, change: (line: string) => string): readonly string[] {
  return steps.map((line) => (line.startsWith(`${name} `) ? change(line) : line))
}
