import type { AuthContext, ParsedKey } from 'ssh2'

/** Lets in the one user with the one key, and nobody else. */
export function decideLogin(context: AuthContext, user: string, key: ParsedKey): void {
  if (isWelcome(context, user, key)) context.accept()
  else context.reject(['publickey'])
}

function isWelcome(context: AuthContext, user: string, key: ParsedKey): boolean {
  if (context.method !== 'publickey' || context.username !== user) return false
  if (!key.getPublicSSH().equals(context.key.data)) return false
  // Without a signature the client only asks whether the key would do.
  if (context.signature === undefined) return true
  return context.blob !== undefined && key.verify(context.blob, context.signature, context.hashAlgo) === true
}
