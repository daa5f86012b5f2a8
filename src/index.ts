// The library: what the command line does, without a terminal. It prints nothing and never exits.

export type { BundleReport } from './bundle/read.ts'
export { formatProblem } from './deployfile/format.ts'
export { parseDeployFile } from './deployfile/parse.ts'
export type * from './deployfile/types.ts'
export type { NodeState, StepState, StepStatus } from './journal/state.ts'
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
export { examine, type Finding } from './operations/doctor.ts'
export { type FleetOptions, runAll } from './operations/fleet.ts'
export { type RunJournal, readJournal, readOutput } from './operations/history.ts'
export { PlanChangedError, type ResumeOptions, resume } from './operations/resume.ts'
export { type ResumeAllOptions, resumeAll } from './operations/resumeall.ts'
export { type RunOptions, run } from './operations/run.ts'
export { readRuns, readWholeRun } from './operations/runs.ts'
export { type Watcher, watch } from './operations/watch.ts'
export { type Workplace, workplace } from './operations/workplace.ts'
export { detach, type Mounted, mountedAt } from './ops/mounted.ts'
export { type PollOptions, poll } from './ops/poll.ts'
export type * from './ops/tests.ts'
export type * from './ops/types.ts'
export { defineOp, OpFailed } from './ops/types.ts'
export { quotePattern } from './plan/pattern.ts'
export { quote, quoteAll } from './plan/quote.ts'
export type * from './plan/types.ts'
export { junitText } from './report/tests/junit.ts'
export { testTerminal } from './report/tests/terminal.ts'
export { type NodeEnd, outputBytes, type RunEvent } from './run/events.ts'
export type { Operator, StepAnswer } from './run/operator.ts'
export type { Prompts } from './transport/types.ts'
export { milliseconds } from './words/duration.ts'
export { BlockedError, BrokenError, ConcError, LostError, UnreachableError, UsageError } from './words/errors.ts'
export { exitCodes, type Status, statuses } from './words/status.ts'
