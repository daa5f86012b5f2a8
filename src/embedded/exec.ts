import { type ChildProcess, spawn } from 'node:child_process'
import type { ServerChannel } from 'ssh2'
import { closeChildEnds, makeOutputPipes } from '../hosts/pipes.ts'
import { copyOutputs } from './output.ts'

/** What a command is started with. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/**
 * Runs argv on a channel as sshd does without a terminal: in a session of its own, and left alone when the channel
 * goes away, save that its input ends and its output has no reader any more. `gone` resolves when the connection is over.
 * @param onStart is told the id of its process.
 */
export async function runOnChannel(
  argv: readonly string[],
  channel: ServerChannel,
  where: Surroundings,
  gone: Promise<void>,
  onStart: (pid: number) => void = () => {},
): Promise<void> {
  channel.on('error', () => {})
  const over = Promise.race([endOfChannel(channel), gone])
  const outputs = await makeOutputPipes()
  const [stdout, stderr] = [outputs[0].stream, outputs[1].stream]
  const [file = '', ...args] = argv
  const child = spawn(file, args, {
    ...where,
    detached: true,
    stdio: ['pipe', outputs[0].childEnd, outputs[1].childEnd],
  })
  closeChildEnds(outputs)
  if (child.pid !== undefined) onStart(child.pid)
  const { stdin } = child
  for (const stream of [stdin, stdout, stderr]) stream?.on('error', () => {})
  const ended = endOf(child)
  void over.then(() => {
    for (const stream of [stdin, stdout, stderr]) stream?.destroy()
    child.unref()
  })
  if (stdin) channel.pipe(stdin)
  const [end] = await Promise.all([ended, copyOutputs(stdout, stderr, channel, over)])
  stdin?.destroy()
  if ('signal' in end) channel.exit(end.signal.replace(/^SIG/, ''))
  else channel.exit(end.code)
  channel.end()
}

// ssh2 emits `close` only once the input has been read to its end; its `stderr` finishes without that.
function endOfChannel(channel: ServerChannel): Promise<void> {
  return new Promise((resolve) => {
    channel.once('close', () => resolve())
    channel.stderr.once('finish', () => resolve())
  })
}

type End = { readonly code: number } | { readonly signal: NodeJS.Signals }

function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 127 }))
    child.once('exit', (code, signal) => resolve(signal ? { signal } : { code: code ?? 255 }))
  })
}
