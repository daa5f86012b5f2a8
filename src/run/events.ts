import { isUtf8 } from 'node:buffer'
import type { Side } from '../deployfile/types.ts'
import type { StepStatus } from '../journal/state.ts'
import type { Status } from '../words/status.ts'

/** What every event of a run carries. */
export interface OfRun {
  /** ISO 8601, the workstation's clock, with milliseconds. */
  readonly time: string
  /** Its name. */
  readonly node: string
  /** The run's id. */
  readonly run: string
}

/** Which step an event is about. */
export interface OfStep {
  /** Its position in the job, from 1. */
  readonly n: number
  /** Its name. */
  readonly step: string
  /** Where it runs. */
  readonly side: Side
}

/** All that can happen in a run, as plain serialisable data. */
export type Happening =
  /** The first event of a run. */
  | {
      readonly event: 'run-start'
      /** The job's name. */
      readonly job: string
      /** It goes on with a run that was begun before. */
      readonly resumed: boolean
      /** All steps, in their order. */
      readonly steps: readonly OfStep[]
      /** The nodes that the run was begun on together, in the order in which they come; absent for one alone. */
      readonly nodes?: readonly string[]
    }
  /** A step begins. */
  | ({
      readonly event: 'step-start'
      /** Which try it is, from 1. */
      readonly attempt: number
      /** What a person could type. */
      readonly command: string
      /** The same in one line, where the command is the text of a file. */
      readonly brief?: string
      /** When it began, by the node's clock, where it was found running. */
      readonly began?: string
    } & OfStep)
  /** Bytes a step printed, exact. A character may be cut between two events. */
  | ({
      readonly event: 'output'
      /** Where it printed them. */
      readonly stream: 'stdout' | 'stderr'
      /** The bytes, when they are UTF-8. */
      readonly text?: string
      /** The bytes, when they are not. */
      readonly base64?: string
    } & OfStep)
  /** How far a transfer is. */
  | ({
      readonly event: 'progress'
      /** Bytes that are there. */
      readonly done: number
      /** Bytes in all. */
      readonly total: number
      /** Files that are there, of a delivery. */
      readonly files?: number
      /** Files in all, of a delivery. */
      readonly allFiles?: number
      /** Bytes a second. */
      readonly rate?: number
      /** Milliseconds that it will take. */
      readonly remaining?: number
    } & OfStep)
  /** A step has ended. */
  | ({
      readonly event: 'step-end'
      readonly status: Status
      /** The exit code, where there is one. */
      readonly exit?: number
      /** The signal that ended it, such as `SIGKILL`. */
      readonly signal?: string
      /** Milliseconds, seen from the workstation; by the node's clock, in whole seconds, where the step was followed there. */
      readonly ms: number
      /** For people, where it is not OK. */
      readonly why?: string
    } & OfStep)
  /** A step that was not run on purpose. */
  | ({
      readonly event: 'step-skip'
      /** For people. */
      readonly why: string
      /** A person said so. */
      readonly byHand: boolean
    } & OfStep)
  /** A step that was done before this session began. */
  | ({
      readonly event: 'step-done'
      /** A person did it. */
      readonly byHand: boolean
    } & OfStep)
  /** A step that began before this session did. Nobody has said what is to become of it. */
  | ({
      readonly event: 'step-waits'
      /** How it ended then; `UNKNOWN` where nobody knows. */
      readonly status: StepStatus
      /** The exit code, where there is one. */
      readonly exit?: number
      /** The signal that ended it, such as `SIGKILL`. */
      readonly signal?: string
      /** For people. */
      readonly why?: string
    } & OfStep)
  /** Something to know. */
  | {
      readonly event: 'note'
      /** How much it matters. */
      readonly level: 'info' | 'warning'
      /** For people. */
      readonly message: string
      /** The name of the step that it is about, where it is about one. */
      readonly step?: string
    }
  /** The last event of a run. */
  | {
      readonly event: 'run-end'
      readonly status: Status
      /** What the command line would end with. */
      readonly exitCode: number
      /** Milliseconds, of this session. */
      readonly ms: number
      /** What happened, in one sentence. */
      readonly message: string
      /** The commands that lead on, in the order in which to think of them. */
      readonly next: readonly string[]
      /** The same, each with what it is for. */
      readonly ways: readonly Way[]
      /** The bundle is kept on the node: on one of them at least, where it is about several. */
      readonly holding: boolean
      /** What is recorded as done is on the disk: false with `durable = no`. */
      readonly durable: boolean
      /** Of several nodes the last event tells how it ended on each, in the order in which they were to come. */
      readonly nodes?: readonly NodeEnd[]
    }

/** A command that leads on. */
export interface Way {
  /** What it is for, in two words: `try again`. */
  readonly what: 'go on' | 'try again' | 'by hand' | 'give up' | 'look'
  /** It can be pasted. */
  readonly command: string
}

/** How a run of several nodes ended on one of them. */
export interface NodeEnd {
  /** Its name. */
  readonly node: string
  /** The id of its run; empty where none was begun. */
  readonly run: string
  readonly status: Status
  readonly exitCode: number
  /** False for a node whose turn never came. */
  readonly attempted: boolean
  /** Its bundle is there: it can be resumed. */
  readonly locked: boolean
}

/** What happens in a run, when, and where. */
export type RunEvent = Happening & OfRun

/** Where the run's happenings go. */
export type Emit = (happening: Happening) => void

/** The text of an output event's bytes. */
export function outputBytes(event: { readonly text?: string; readonly base64?: string }): Buffer {
  return event.text === undefined ? Buffer.from(event.base64 ?? '', 'base64') : Buffer.from(event.text)
}

/** Output as an event carries it. */
export function outputText(bytes: Buffer): { text: string } | { base64: string } {
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { base64: bytes.toString('base64') }
}
