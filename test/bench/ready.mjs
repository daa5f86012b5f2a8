// What ssh2 alone needs until it is logged in and the agent has answered: HOST PORT USER KEYFILE BLOBFILE COMMAND.
// Prints the time at that moment, in milliseconds since the epoch.
import { readFileSync } from 'node:fs'
import ssh2 from 'ssh2'

const [host, port, username, keyFile, blobFile, command] = process.argv.slice(2)
const client = new ssh2.Client()
client.on('ready', () => {
  client.setNoDelay(true)
  client.exec(command, (error, channel) => {
    if (error) throw error
    channel.once('data', () => {
      process.stdout.write(`${Date.now()}\n`)
      client.end()
    })
    channel.write(readFileSync(blobFile))
  })
})
client.connect({ host, port: Number(port), username, privateKey: readFileSync(keyFile), hostVerifier: () => true })
