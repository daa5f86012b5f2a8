/** What the agent saw at the bundle's place, before it read the journal. */
export interface Evidence {
  readonly bundle: 'none' | 'there' | 'foreign'
  /** The highest epoch: who made it may write. 0 when nobody ever did. */
  readonly epoch: number
  /** An agent of the highest epoch is alive and has heard from its runner. */
  readonly attended: boolean
  /** Some agent or worker of this run is alive. */
  readonly alive: boolean
  /** A worker is alive: a remote step may be running. */
  readonly working: boolean
  /** The agent of the highest epoch ran before the node was started anew. */
  readonly restarted: boolean
  readonly haltAsked: boolean
  readonly closing: boolean
  /** Ends that could not be appended on a full disk: file names `N-STEP.ATTEMPT.out.STATUS.CODE`. */
  readonly endedByName: readonly string[]
}

/** Reads what the agent's `look` printed. */
export function parseEvidence(text: string): Evidence {
  const lines = text.split('\n').map((line) => line.split(' '))
  const all = (key: string) => lines.filter(([first]) => first === key).map(([, ...rest]) => rest.join(' '))
  const [bundle = 'foreign'] = all('bundle')
  const epoch = Number(all('epoch')[0] ?? 0)
  const lost = new Set(all('lost').map(Number))
  const agents = all('agent').map(Number)
  const working = all('worker').length > 0
  return {
    bundle: bundle === 'none' || bundle === 'there' ? bundle : 'foreign',
    epoch,
    attended: agents.includes(epoch) && !lost.has(epoch),
    alive: agents.length > 0 || working,
    working,
    restarted: all('restarted').length > 0,
    haltAsked: all('halt').length > 0,
    closing: all('closing').length > 0,
    endedByName: all('ended'),
  }
}
