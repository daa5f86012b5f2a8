import { execFile } from 'node:child_process'

/**
 * Has the system write no core of this process, which holds secrets from now on. By prlimit(1) of util-linux, as Node.js
 * sets no limits; where it is not there, the limits stay as they are.
 */
export function forbidCore(): Promise<void> {
  return new Promise((resolve) => {
    execFile('prlimit', ['--core=0:', '--pid', String(process.pid)], () => resolve())
  })
}
