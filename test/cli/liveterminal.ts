import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from '../fixtures/conc.ts'
import type { Workstation } from '../fixtures/deploy.ts'
import { until } from '../fixtures/until.ts'

/** A terminal with a shell in it, as a person sees it: tmux draws what the program writes. */
export class LiveTerminal {
  /** Where tmux has its socket. */
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Opens a terminal of 80 by 24 with a shell that knows conc, at the workstation. */
  static async open({ home, folder }: Workstation, env: Readonly<Record<string, string>> = {}): Promise<LiveTerminal> {
    const bin = join(home, 'bin')
    mkdirSync(bin, { recursive: true })
    writeFileSync(join(bin, 'conc'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`)
    chmodSync(join(bin, 'conc'), 0o755)
    const all = { HOME: home, PATH: `${bin}:${process.env.PATH}`, LANG: 'C.UTF-8', PS1: '$ ', ...env }
    const words = Object.entries(all).map(([name, value]) => `${name}=${value}`)
    const terminal = new LiveTerminal(mkdtempSync(join(tmpdir(), 'conc-tmux-')))
    const shell = ['env', '-u', 'CI', '-u', 'NO_COLOR', ...words, 'bash', '--norc', '--noprofile', '-i']
    terminal.#tmux('-f', '/dev/null', 'new-session', '-d', '-x', '80', '-y', '24', '-c', folder, ...shell)
    terminal.#tmux('set-option', '-g', 'history-limit', '5000')
    await terminal.shows(/^\$$/m)
    return terminal
  }

  /** Types a command line on an empty screen. */
  async run(line: string): Promise<void> {
    this.line('clear')
    await until(() => this.screen().trim() === '$')
    this.#tmux('clear-history')
    this.line(line)
  }

  line(text: string): void {
    this.type(text)
    this.press('Enter')
  }

  /** Types characters as they are. */
  type(text: string): void {
    this.#tmux('send-keys', '-l', '--', text)
  }

  /** Presses a key by tmux's name for it: `Enter`, `C-c`. */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys)
  }

  /** Waits as long as a person takes to read a question that is not to be answered blindly. */
  async calm(): Promise<void> {
    const from = Date.now()
    await until(() => Date.now() - from > 700)
  }

  /** What is to be seen now. */
  screen(): string {
    return this.#tmux('capture-pane', '-p')
  }

  /** The same with what was scrolled away; lines that the terminal folded are whole. */
  everything(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-')
  }

  /** What is to be seen, with the codes of its colours. */
  painted(): string {
    return this.#tmux('capture-pane', '-p', '-e')
  }

  /** Waits until the screen fits, and gives it. */
  async shows(pattern: RegExp): Promise<string> {
    let screen = ''
    const fits = () => {
      screen = this.screen()
      return pattern.test(screen)
    }
    await until(fits, 8_000).catch(() => {
      throw new Error(`${pattern} is not to be seen:\n${screen}`)
    })
    return screen
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** Closes the terminal, and waits for what ran in it. */
  async close(): Promise<void> {
    const session = this.#tmux('list-panes', '-F', '#{pane_pid}').trim()
    this.#tmux('kill-server')
    // One that has ended may wait to be reaped.
    await until(() => !/[^Z\s]/.test(spawnSync('ps', ['-s', session, '-o', 's=']).stdout.toString()))
    rmSync(this.#folder, { recursive: true })
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-u', '-S', join(this.#folder, 'socket'), ...args], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', TERM: 'xterm-256color' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }
}
