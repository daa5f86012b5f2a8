/** The colours of a page, of which each is legible on both grounds: 4.5:1 and more (WCAG 2.2, 1.4.3). */
export interface Palette {
  readonly ground: string
  /** Of boxes and bars. */
  readonly panel: string
  readonly line: string
  readonly text: string
  readonly dim: string
  readonly link: string
  readonly green: string
  readonly red: string
  readonly yellow: string
  readonly cyan: string
}

export const light: Palette = {
  ground: '#ffffff',
  panel: '#f3f5f8',
  line: '#ccd3dc',
  text: '#1b2027',
  dim: '#545e6b',
  link: '#0b57ad',
  green: '#14692f',
  red: '#b0202b',
  yellow: '#7a5100',
  cyan: '#0b6478',
}

export const dark: Palette = {
  ground: '#14171b',
  panel: '#1d2228',
  line: '#39414b',
  text: '#e6e9ed',
  dim: '#a3adb9',
  link: '#82b7ff',
  green: '#68d391',
  red: '#ff8f8f',
  yellow: '#e8bb5e',
  cyan: '#6cd0e4',
}
