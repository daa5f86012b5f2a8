import { emitKeypressEvents } from 'node:readline'

const ctrlC = 3

/** A key that was pressed. */
export interface Key {
  /** What it types; empty for a key that types nothing. */
  readonly text: string
  /** `return`, `escape`, `backspace`, `a`. */
  readonly name: string
  readonly ctrl: boolean
  /** It came at once with others, as what is pasted does: it is text, and no command. */
  readonly pasted: boolean
}

/** Hears each key as it is pressed, Ctrl-C and Ctrl-Z too. Gives how to end that: the terminal is then as it was. */
export function listenToKeys(stdin: NodeJS.ReadStream, hear: (key: Key) => void): () => void {
  let together: Key[] | undefined
  const onKey = (text: string | undefined, { name = '', ctrl = false, meta = false }: Pressed) => {
    const typed = text !== undefined && !ctrl && !meta && !/\p{C}/u.test(text)
    const key = { text: typed ? text : '', name, ctrl, pasted: false }
    // A lone Escape is told by a timer, once nothing has followed it.
    if (together === undefined) hear(key)
    else together.push(key)
  }
  const before = () => {
    together = []
  }
  const after = () => {
    const keys = together ?? []
    together = undefined
    for (const key of keys) hear({ ...key, pasted: keys.length > 1 })
  }
  emitKeypressEvents(stdin)
  stdin.on('keypress', onKey).on('error', ignore).prependListener('data', before).on('data', after)
  // A program that was stopped finds its terminal changed: only a change sets it anew.
  stdin.setRawMode(false).setRawMode(true).resume()
  return () => {
    stdin.off('keypress', onKey).off('error', ignore).off('data', before).off('data', after)
    stdin.setRawMode(false).pause()
  }
}

/**
 * Drops what was typed before now, which can answer no question that was not to be seen yet; a Ctrl-C counts. Does nothing
 * where keys are no person's, as of a script that has its answers ready.
 */
export async function dropTyped(stdin: NodeJS.ReadStream): Promise<void> {
  if (!stdin.isTTY) return
  const drop = (bytes: Buffer) => {
    if (bytes.includes(ctrlC)) process.kill(process.pid, 'SIGINT')
  }
  // Out of raw mode a terminal hands over what it has line by line.
  stdin.on('data', drop).on('error', ignore).setRawMode(true).resume()
  // The first may come before the terminal is looked at, and reading it may take another turn.
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
  stdin.off('data', drop).off('error', ignore).setRawMode(false).pause()
}

interface Pressed {
  readonly name?: string
  readonly ctrl?: boolean
  readonly meta?: boolean
}

/** A terminal that is gone is told by SIGHUP. */
function ignore(): void {}
