import { clearLine, moveCursor } from 'node:readline'
import { createLogUpdate } from 'log-update'
import { widthOf } from '../report/live/fit.ts'

/** Lines on a terminal that are redrawn in their place. */
export interface LiveScreen {
  /** Draws them where they differ from those that stand there. None is wider than the terminal, and they leave its last row free. */
  draw(lines: readonly string[]): void
  /** Takes them away: the cursor stands where they began. */
  erase(): void
}

export function liveScreen(stdout: NodeJS.WriteStream): LiveScreen {
  // The cursor stays in sight: one that is hidden stays so when conc is killed.
  const render = createLogUpdate(stdout, { showCursor: true })
  let shown: readonly string[] = []
  let columns = stdout.columns
  const erase = () => {
    if (shown.length > 0 && stdout.columns !== columns) {
      eraseFolded(stdout, shown)
      render.done()
    } else render.clear()
    shown = []
    columns = stdout.columns
  }
  return {
    erase,
    draw(lines) {
      if (stdout.columns === columns && same(lines, shown)) return
      stdout.cork()
      // log-update 7.2 leaves what is below a line that went away in the former place.
      if (lines.length !== shown.length || stdout.columns !== columns) erase()
      if (lines.length > 0) render(lines.join('\n'))
      stdout.uncork()
      shown = lines
    },
  }
}

/** A terminal that became narrower has folded the lines: they take more rows now. */
function eraseFolded(stdout: NodeJS.WriteStream, lines: readonly string[]): void {
  const folded = lines.map((line) => Math.max(1, Math.ceil(widthOf(line) / stdout.columns)))
  const rows = folded.reduce((sum, each) => sum + each, 0)
  moveCursor(stdout, -stdout.columns, 0)
  // Row by row: tmux keeps in its history what is cleared from the top of the screen at once.
  for (let row = 0; row < Math.min(rows, stdout.rows - 1); row++) {
    moveCursor(stdout, 0, -1)
    clearLine(stdout, 0)
  }
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((line, index) => line === others[index])
}
