// The library: what the command line does, without a terminal. It prints nothing and never exits.

export type { Stream } from './agent/hearing.ts'
export type { KeptOutput, OutputFile } from './bundle/outputs.ts'
export type { KeptPlan, StepRange } from './bundle/plan.ts'
export type { BundleReport } from './bundle/read.ts'
export type { RunReport } from './bundle/run.ts'
export { formatProblem } from './deployfile/format.ts'
export { type Parsed, parseDeployFile } from './deployfile/parse.ts'
export type * from './deployfile/types.ts'
export type { RunState } from './journal/ending.ts'
export type { Evidence } from './journal/evidence.ts'
export type { Holder } from './journal/holder.ts'
export type { Journal, JournalRecord, Recorded, RecordedStep, RecordedTry } from './journal/records.ts'
export type { NodeState, StepState, StepStatus } from './journal/state.ts'
export type { Gone, ScanEvent, Stand } from './nodetest/changes.ts'
export { halt, type Mark, mark, status, unlock } from './operations/control.ts'
export {
  attributesOf,
  checkDeploy,
  chooseNodes,
  type Deploy,
  openDeploy,
  ProblemsError,
  planJob,
} from './operations/deploy.ts'
export { type Examined, examine, type Finding } from './operations/doctor.ts'
export { type FleetOptions, runAll } from './operations/fleet.ts'
export { type RunJournal, readJournal, readOutput } from './operations/history.ts'
export { PlanChangedError, type ResumeOptions, resume } from './operations/resume.ts'
export { type ResumeAllOptions, resumeAll } from './operations/resumeall.ts'
export { type RunOptions, run } from './operations/run.ts'
export { type Runs, readRuns, readWholeRun, type WholeRun } from './operations/runs.ts'
export { type Watcher, watch } from './operations/watch.ts'
export { type Workplace, workplace } from './operations/workplace.ts'
export { detach, type Mounted, mountedAt } from './ops/mounted.ts'
export { type PollOptions, poll } from './ops/poll.ts'
export type * from './ops/tests.ts'
export type * from './ops/types.ts'
export type { RunOptions as HostRunOptions } from './ops/types.ts'
export { defineOp, OpFailed } from './ops/types.ts'
export type { PlanDifference } from './plan/compare.ts'
export { quotePattern } from './plan/pattern.ts'
export { quote, quoteAll } from './plan/quote.ts'
export type * from './plan/types.ts'
export type { LogLevel } from './report/plain.ts'
export { junitText } from './report/tests/junit.ts'
export type { TestReporter } from './report/tests/reporter.ts'
export { type TestTerminalOptions, testTerminal } from './report/tests/terminal.ts'
export {
  type Happening,
  type NodeEnd,
  type OfRun,
  type OfStep,
  outputBytes,
  type RunEvent,
  type Way,
} from './run/events.ts'
export type { Before, OpenTerminal, Operator, StepAnswer } from './run/operator.ts'
export type { Attempt, Sight } from './run/sights.ts'
export type { Secret } from './secrets/secret.ts'
export type { Prompts, Terminal, TerminalSize } from './transport/types.ts'
export { milliseconds } from './words/duration.ts'
export { BlockedError, BrokenError, ConcError, LostError, UnreachableError, UsageError } from './words/errors.ts'
export { exitCodes, type Status, statuses } from './words/status.ts'
