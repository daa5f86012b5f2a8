import { Logger, LogLevel } from 'typedoc'

/** Keeps what TypeDoc warns of: here each warning is an error. */
export class Listener extends Logger {
  readonly complaints: string[] = []

  override log(message: string, level: LogLevel): void {
    super.log(message, level)
    if (level >= LogLevel.Warn) this.complaints.push(message)
  }
}
