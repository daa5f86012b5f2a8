import { isUtf8 } from 'node:buffer'
import { OpFailed } from '../ops/types.ts'

/**
 * A name's bytes as text. Throws OpFailed for those that no text stands for: sent as another name it would be another file.
 * @param why makes the message of the name as it may be shown.
 */
export function nameOf(bytes: Buffer, why: (shown: string) => string): string {
  if (isUtf8(bytes)) return bytes.toString()
  const shown = bytes
    .toString('latin1')
    .replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
  throw new OpFailed(why(shown))
}
