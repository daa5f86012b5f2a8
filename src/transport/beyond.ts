import { UnreachableError } from '../words/errors.ts'

/** Raised where ssh2 can't go on and the system's own ssh may: a key, a certificate or an algorithm that it does not know. */
export class BeyondSsh2 extends UnreachableError {
  /** What it can't do, as half a sentence. */
  readonly why: string

  constructor(message: string, why: string) {
    super(message)
    this.why = why
  }
}
