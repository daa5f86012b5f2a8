import { emitKeypressEvents } from 'node:readline'

/** A key that was pressed. */
export interface Key {
  /** What it types; empty for a key that types nothing. */
  readonly text: string
  /** `return`, `escape`, `backspace`, `a`. */
  readonly name: string
  readonly ctrl: boolean
}

/** Hears each key as it is pressed, Ctrl-C and Ctrl-Z too. Gives how to end that: the terminal is then as it was. */
export function listenToKeys(stdin: NodeJS.ReadStream, hear: (key: Key) => void): () => void {
  const onKey = (text: string | undefined, { name = '', ctrl = false, meta = false }: Pressed) => {
    const typed = text !== undefined && !ctrl && !meta && !/\p{C}/u.test(text)
    hear({ text: typed ? text : '', name, ctrl })
  }
  emitKeypressEvents(stdin)
  stdin.on('keypress', onKey).on('error', ignore)
  // A program that was stopped finds its terminal changed: only a change sets it anew.
  stdin.setRawMode(false).setRawMode(true).resume()
  return () => {
    stdin.off('keypress', onKey).off('error', ignore)
    stdin.setRawMode(false).pause()
  }
}

interface Pressed {
  readonly name?: string
  readonly ctrl?: boolean
  readonly meta?: boolean
}

/** A terminal that is gone is told by SIGHUP. */
function ignore(): void {}
