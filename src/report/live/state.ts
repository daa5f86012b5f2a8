import type { Stream } from '../../agent/hearing.ts'
import type { Side } from '../../deployfile/types.ts'
import type { StepStatus } from '../../journal/state.ts'
import type { RunEvent } from '../../run/events.ts'

/** A line of a step's output, fit to be shown. */
export interface Printed {
  readonly stream: Stream
  readonly text: string
}

/** Whole lines of a step's output in the place of its bytes. */
export interface PrintedEvent {
  readonly event: 'printed'
  readonly node: string
  readonly step: string
  readonly lines: readonly Printed[]
}

/** What the view is told. */
export type ViewEvent = Exclude<RunEvent, { event: 'output' }> | PrintedEvent

/** How far a transfer is. */
export interface Transfer {
  /** Bytes. */
  readonly done: number
  readonly total: number
  readonly files?: number
  readonly allFiles?: number
  /** Bytes a second. */
  readonly rate?: number
  /** Milliseconds. */
  readonly remaining?: number
}

/** A step as it is shown. */
export interface StepView {
  readonly n: number
  readonly name: string
  readonly side: Side
  readonly status: StepStatus
  /** In milliseconds since 1970, by the clock of the events. */
  readonly began?: number
  readonly ms?: number
  readonly attempt?: number
  readonly command?: string
  readonly exit?: number
  readonly signal?: string
  readonly why?: string
  readonly byHand?: true
  /** It was done before this session began. */
  readonly before?: true
  readonly transfer?: Transfer
  /** The last lines it printed: of one that is OK none are kept. */
  readonly printed: readonly Printed[]
  readonly warnings: readonly string[]
}

/** A run on one node as it is shown. */
export interface NodeView {
  readonly node: string
  readonly run: string
  readonly job: string
  readonly resumed: boolean
  readonly began: number
  /** When it began, or a step of it ended last. */
  readonly latest: number
  readonly steps: readonly StepView[]
  /** What is to know about the node itself, the last of it. */
  readonly notes: readonly { readonly level: 'info' | 'warning'; readonly text: string }[]
  /** The step whose end was not OK. */
  readonly failed?: string
  readonly end?: EndOf
}

export type EndOf = Extract<RunEvent, { event: 'run-end' }>

/** All that a view shows, by node in the order in which they come. */
export interface ViewState {
  readonly nodes: ReadonlyMap<string, NodeView>
  /** The end of several nodes' runs together. */
  readonly end?: EndOf
}

export const nothingYet: ViewState = { nodes: new Map() }
