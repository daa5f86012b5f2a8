import picocolors from 'picocolors'

/** How results are shown. */
export interface Style {
  /** ANSI colours; off when absent. */
  readonly color?: boolean
}

/** The colours to paint with; without colour each leaves the text as it is. */
export function paints({ color = false }: Style): ReturnType<typeof picocolors.createColors> {
  return picocolors.createColors(color)
}
