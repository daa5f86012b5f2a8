import type { Side } from '../deployfile/types.ts'
import type { StepStatus } from '../journal/state.ts'
import type { Status } from '../words/status.ts'

/** What every event of a run carries. */
interface Common {
  /** ISO 8601, the workstation's clock, with milliseconds. */
  readonly time: string
  readonly node: string
  /** The run's id. */
  readonly run: string
}

interface OfStep {
  readonly n: number
  readonly step: string
  readonly side: Side
}

/** All that can happen in a run, as plain serialisable data. */
export type Happening =
  | {
      readonly event: 'run-start'
      readonly job: string
      readonly resumed: boolean
      readonly steps: readonly OfStep[]
      /** The nodes that the run was begun on together, in the order in which they come; absent for one alone. */
      readonly nodes?: readonly string[]
    }
  | ({
      readonly event: 'step-start'
      readonly attempt: number
      readonly command: string
      /** The same in one line, where the command is the text of a file. */
      readonly brief?: string
      /** When it began, by the node's clock, where it was found running. */
      readonly began?: string
    } & OfStep)
  /** Bytes a step printed, exact. `text` when they are UTF-8, else `base64`. A character may be cut between two events. */
  | ({
      readonly event: 'output'
      readonly stream: 'stdout' | 'stderr'
      readonly text?: string
      readonly base64?: string
    } & OfStep)
  /** How far a transfer is, in bytes and files. */
  | ({
      readonly event: 'progress'
      readonly done: number
      readonly total: number
      readonly files?: number
      readonly allFiles?: number
      /** Bytes a second. */
      readonly rate?: number
      /** Milliseconds that it will take. */
      readonly remaining?: number
    } & OfStep)
  | ({
      readonly event: 'step-end'
      readonly status: Status
      readonly exit?: number
      readonly signal?: string
      /** Milliseconds, seen from the workstation; by the node's clock, in whole seconds, where the step was followed there. */
      readonly ms: number
      readonly why?: string
    } & OfStep)
  /** A step that was not run on purpose. */
  | ({ readonly event: 'step-skip'; readonly why: string; readonly byHand: boolean } & OfStep)
  /** A step that was done before this session began. */
  | ({ readonly event: 'step-done'; readonly byHand: boolean } & OfStep)
  /** A step that began before this session did: how it ended then. Nobody has said what is to become of it. */
  | ({
      readonly event: 'step-waits'
      readonly status: StepStatus
      readonly exit?: number
      readonly signal?: string
      readonly why?: string
    } & OfStep)
  | { readonly event: 'note'; readonly level: 'info' | 'warning'; readonly message: string; readonly step?: string }
  | {
      readonly event: 'run-end'
      readonly status: Status
      readonly exitCode: number
      readonly ms: number
      /** What happened, in one sentence. */
      readonly message: string
      /** The commands that lead on, in the order in which to think of them. */
      readonly next: readonly string[]
      /** The same, each with what it is for. */
      readonly ways: readonly Way[]
      /** The bundle is kept on the node: on one of them at least, where it is about several. */
      readonly holding: boolean
      readonly durable: boolean
      /** Of several nodes the last event tells how it ended on each, in the order in which they were to come. */
      readonly nodes?: readonly NodeEnd[]
    }

/** A command that leads on. */
export interface Way {
  /** What it is for, in two words: `try again`. */
  readonly what: 'go on' | 'try again' | 'by hand' | 'give up' | 'look'
  readonly command: string
}

/** How a run of several nodes ended on one of them. */
export interface NodeEnd {
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

export type RunEvent = Happening & Common

/** Where the run's happenings go. */
export type Emit = (happening: Happening) => void

/** The text of an output event's bytes. */
export function outputBytes(event: { readonly text?: string; readonly base64?: string }): Buffer {
  return event.text === undefined ? Buffer.from(event.base64 ?? '', 'base64') : Buffer.from(event.text)
}

/** Output as an event carries it. */
export function outputText(bytes: Buffer): { text: string } | { base64: string } {
  const text = bytes.toString('utf8')
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') }
}
