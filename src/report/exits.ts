/** What the end of a process means where nobody says more. Signals have Linux's numbers, as nodes do. */
const signals: Readonly<Record<string, readonly [number: number, meaning: string]>> = {
  SIGHUP: [1, 'its terminal or its session went away'],
  SIGINT: [2, 'somebody interrupted it'],
  SIGQUIT: [3, 'somebody had it quit'],
  SIGILL: [4, 'it came to an instruction that the processor does not know'],
  SIGABRT: [6, 'it gave up by itself: an assertion, a broken heap'],
  SIGBUS: [7, 'it read memory that is not there: a bug, or a file that became shorter'],
  SIGFPE: [8, 'a calculation that can not be done, as a division by zero'],
  SIGKILL: [
    9,
    'killed by force: by the kernel when memory was short, by a supervisor, or by a person. dmesg tells of the first',
  ],
  SIGSEGV: [11, 'it touched memory that is not its own: a bug'],
  SIGPIPE: [13, 'whoever read its output was gone'],
  SIGALRM: [14, 'a clock of its own ran out'],
  SIGTERM: [15, 'somebody asked it to end'],
  SIGXCPU: [24, 'it used up the processor time that it was allowed'],
  SIGXFSZ: [25, 'a file grew beyond what it was allowed'],
  SIGSYS: [31, 'it made a system call that is forbidden to it'],
}

/** Numbers that many programs agree on; shells are the source of 126 and 127, sysexits.h of 64 to 78. */
const conventions: ReadonlyMap<number, string> = new Map([
  [64, 'by the convention of sysexits.h: it was called wrongly'],
  [69, 'by the convention of sysexits.h: something that it needs is not available'],
  [70, 'by the convention of sysexits.h: it broke inside'],
  [73, 'by the convention of sysexits.h: it could not make a file'],
  [74, 'by the convention of sysexits.h: reading or writing failed'],
  [75, 'by the convention of sysexits.h: it may work later'],
  [77, 'by the convention of sysexits.h: it may not do that'],
  [78, 'by the convention of sysexits.h: its configuration is wrong'],
  [124, 'by the convention of timeout(1): time was over'],
  [125, 'by convention, what was to start the command could not: timeout, env, docker'],
  [126, "by the shells' convention: it was found, but it can not be executed"],
  [127, "by the shells' convention: there is no such command"],
  [255, 'by the convention of ssh: the connection failed; other programs mean any failure by it'],
])

/** What an exit code means to those who keep to conventions; a program is free to mean something else. */
export function exitMeaning(code: number): string {
  const told = conventions.get(code)
  if (told !== undefined) return told
  const found = Object.entries(signals).find(([, [number]]) => number === code - 128)
  if (found === undefined) return "a number of the command's own: what it printed says more"
  const [name, [, meaning]] = found
  return `by the shells' convention: ${name} ended it. ${sentence(meaning)}`
}

/** What it means that a signal ended a process; nothing for one that says nothing by itself. */
export function signalMeaning(signal: string): string | undefined {
  return signals[signal]?.[1]
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
