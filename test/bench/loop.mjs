// What a plain loop over ssh2 does: HOST PORT USER KEYFILE NODES PARALLEL STEPS COMMAND. One exec a step, no journal.
import { readFileSync } from 'node:fs'
import ssh2 from 'ssh2'

const [host, port, username, keyFile, nodes, parallel, steps, command] = process.argv.slice(2)
const privateKey = readFileSync(keyFile)
// A machine that is all its own nodes can be slow to answer: that is measured, and no failure.
const readyTimeout = 120_000

// As many logins at a time as conc makes.
const lanes = Array.from({ length: 8 }, () => Promise.resolve())
let turn = 0

function login() {
  const lane = turn++ % lanes.length
  const ready = lanes[lane].then(connect)
  lanes[lane] = ready.catch(() => {})
  return ready
}

function connect() {
  const client = new ssh2.Client()
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(client)).on('error', reject)
    client.connect({ host, port: Number(port), username, privateKey, readyTimeout, hostVerifier: () => true })
  })
}

async function deploy() {
  const client = await login()
  client.setNoDelay(true)
  for (let step = 0; step < Number(steps); step++) await run(client)
  client.end()
}

function run(client) {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error)
      channel.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ended with ${code}`)))).resume()
      channel.stderr.resume()
    })
  })
}

let left = Number(nodes)
const worker = async () => {
  while (left-- > 0) await deploy()
}
await Promise.all(Array.from({ length: Number(parallel) }, worker))
