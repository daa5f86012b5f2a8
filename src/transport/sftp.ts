import type { Client, SFTPWrapper } from 'ssh2'

/** Whether the machine offers SFTP: opens the subsystem, asks one question and closes that channel only. */
export async function offersSftp(client: Client): Promise<boolean> {
  const channel = await openSftp(client)
  if (!channel) return false
  const { default: SftpClient } = await import('ssh2-sftp-client')
  const quiet = { error: () => {}, end: () => {}, close: () => {} }
  const sftp = Object.assign(new SftpClient('conc', quiet), { client, sftp: channel, remotePlatform: 'unix' })
  try {
    return (await sftp.realPath('.')) !== ''
  } catch {
    return false
  } finally {
    // Not sftp.end(): that would end the connection, which is ours.
    channel.end()
  }
}

function openSftp(client: Client): Promise<SFTPWrapper | undefined> {
  return new Promise((resolve) => {
    try {
      client.sftp((error, channel) => resolve(error ? undefined : channel))
    } catch {
      resolve(undefined)
    }
  })
}
