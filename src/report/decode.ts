import { isUtf8 } from 'node:buffer'

/** Bytes as text: UTF-8 as it is, and each byte that is none as `\xNN`. */
export function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  let text = ''
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0
    const character = bytes.subarray(at, at + lengthOf(lead))
    const valid = isUtf8(character)
    text += valid ? character.toString('utf8') : `\\x${lead.toString(16).padStart(2, '0')}`
    at += valid ? character.length : 1
  }
  return text
}

/** How many bytes a character has that begins with this one (RFC 3629). */
function lengthOf(lead: number): number {
  if (lead < 0xc0) return 1
  if (lead < 0xe0) return 2
  return lead < 0xf0 ? 3 : 4
}
