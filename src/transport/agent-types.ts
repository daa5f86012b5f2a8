import { connect } from 'node:net'

/** How long an agent may take, in milliseconds. */
const patience = 5_000

/** An answer longer than this is none of an agent's, in bytes. */
const mostRead = 262_144

/**
 * The types of the keys that an agent holds, those too that ssh2 leaves out: certificates and keys of security keys.
 * Asks SSH_AGENTC_REQUEST_IDENTITIES (RFC 9987). Empty when there is no agent, or none that answers.
 */
export function agentKeyTypes(socket: string): Promise<readonly string[]> {
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0)
    const client = connect(socket)
    const settle = (types: readonly string[]): void => {
      clearTimeout(timer)
      client.destroy()
      resolve(types)
    }
    const timer = setTimeout(() => settle([]), patience)
    client.on('error', () => settle([])).on('close', () => settle([]))
    client.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk])
      if (heard.length > mostRead) settle([])
      else if (heard.length >= 4 && heard.length >= 4 + heard.readUInt32BE(0)) settle(typesIn(heard.subarray(4)))
    })
    client.write(Buffer.from([0, 0, 0, 1, 11]))
  })
}

// SSH_AGENT_IDENTITIES_ANSWER: 12, a count, and for each key its blob, which begins with the type, and a comment.
function typesIn(answer: Buffer): readonly string[] {
  const types: string[] = []
  let at = 5
  while (answer[0] === 12 && at + 8 <= answer.length) {
    const blob = answer.subarray(at + 4, at + 4 + answer.readUInt32BE(at))
    if (blob.length >= 4) types.push(blob.toString('latin1', 4, 4 + blob.readUInt32BE(0)))
    at += 4 + blob.length
    at += 4 + (at + 4 <= answer.length ? answer.readUInt32BE(at) : 0)
  }
  return types
}
