import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { program } from '../fixtures/conc.ts'
import type { Sshd } from '../fixtures/sshd.ts'
import { close, makeScene, open, startNode } from '../run/scene.ts'
import { startLine } from './line.ts'
import { compare, measure, type Way } from './pairs.ts'

/** `delivery.ts [ROUNDS] [file|tree]`: deliveries beside what people use else, on loopback and over a line with a round trip of 50 ms. */
const [rounds = '3', only = ''] = process.argv.slice(2)
const sshd = await startNode()
const line = await startLine(sshd.port, 25)
try {
  if (only !== 'tree') {
    process.stdout.write(file('one file of 512 MiB, loopback', sshd, sshd.port, 512))
    process.stdout.write(file('one file of 128 MiB, 50 ms', sshd, line.port, 128))
  }
  if (only !== 'file') {
    process.stdout.write(tree('2,000 files of 4 KiB, loopback', sshd, sshd.port, false))
    process.stdout.write(tree('2,000 files of 4 KiB, 50 ms', sshd, line.port, true))
  }
} finally {
  line.stop()
  await sshd.stop()
}

/** What both kinds of delivery need: a scene, the options of ssh, and a place on the node. */
function stage(node: Sshd, port: number) {
  const scene = makeScene(node, {}, port)
  const { folder, home } = scene.station
  const known = join(home, '.ssh', 'known_hosts')
  const options = ['-o', `UserKnownHostsFile=${known}`, '-o', 'BatchMode=yes', '-i', node.keyFile]
  const ssh = ['ssh', '-p', String(port), ...options, `${node.user}@127.0.0.1`]
  const clean = () => spawnSync('sh', ['-c', `rm -rf ${scene.dir}/to; mkdir -m 777 ${scene.dir}/to; sync`])
  const conc = () => measure([process.execPath, program, 'run', 'release', 'web1', '-q'], { cwd: folder, home })
  /** The time of the step `send` alone, as conc tells it. */
  const step = () => {
    const argv = [program, 'run', 'release', 'web1', '--json']
    const { stdout } = spawnSync(process.execPath, argv, {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: home },
      encoding: 'utf8',
    })
    return Number(/"event":"step-end".*"step":"send".*"ms":(\d+)/.exec(stdout)?.[1] ?? Number.NaN)
  }
  const place = `${node.user}@127.0.0.1:${scene.dir}/to`
  return { scene, folder, options, ssh, clean, conc, step, place }
}

function file(title: string, node: Sshd, port: number, mebi: number): string {
  const { scene, folder, options, ssh, clean, conc, step, place } = stage(node, port)
  const blob = join(folder, 'blob')
  const piece = randomBytes(16 * 1024 * 1024)
  for (let at = 0; at < mebi / 16; at++) appendFileSync(blob, piece)
  scene.steps(open, 'send = local deliver blob', close)
  const cat = ['sh', '-c', `${ssh.join(' ')} 'cat >${scene.dir}/to/blob' <${blob}`]
  const scp = ['scp', '-q', '-P', String(port), ...options, blob, place]
  const ways: Way[] = [
    { name: 'cat \\| ssh', prepare: clean, run: () => measure(cat) },
    { name: 'scp', prepare: clean, run: () => measure(scp) },
    { name: 'conc run: open, deliver, close', run: conc },
    { name: 'the step deliver alone', run: step },
  ]
  const table = compare(title, Number(rounds), ways)
  scene.remove()
  return `${table}\n`
}

/** Files of as many times. `scp -r` asks about each file: over a long line it takes minutes, and is left out. */
function tree(title: string, node: Sshd, port: number, isLong: boolean): string {
  const { scene, folder, options, ssh, clean, conc, step, place } = stage(node, port)
  const from = join(folder, 'tree')
  const fill = (of: number, every: number) => {
    for (let at = 0; at < of; at += every) {
      const path = join(from, `d${at % 40}`, `f${at}`)
      mkdirSync(join(from, `d${at % 40}`), { recursive: true })
      writeFileSync(path, randomBytes(4096))
      if (every === 1) utimesSync(path, 1_700_000_000 + at * 61, 1_700_000_000 + at * 61)
    }
  }
  fill(2_000, 1)
  const change = () => fill(2_000, 100)
  const rsync = ['rsync', '-a', '-e', ['ssh', '-p', String(port), ...options].join(' '), from, place]
  const beside = [...rsync.slice(0, -1), `--copy-dest=${scene.dir}/to`, `${place}.new`]
  const emptied = () => {
    change()
    spawnSync('sh', ['-c', `rm -rf ${scene.dir}/to.new; mkdir -m 777 ${scene.dir}/to.new; sync`])
  }
  const tar = ['sh', '-c', `tar -C ${folder} -c tree | ${ssh.join(' ')} 'tar -C ${scene.dir}/to -x'`]
  const scp = ['scp', '-qr', '-P', String(port), ...options, from, place]
  scene.steps(open, 'send = local deliver tree', close)
  const first = compare(`${title}, first`, Number(rounds), [
    { name: 'tar \\| ssh tar', prepare: clean, run: () => measure(tar) },
    { name: 'rsync -a', prepare: clean, run: () => measure(rsync) },
    ...(isLong ? [] : [{ name: 'scp -r', prepare: clean, run: () => measure(scp) }]),
    { name: 'conc run: open, deliver, close', run: conc },
    { name: 'the step deliver alone', run: step },
  ])
  clean()
  measure(rsync)
  scene.steps(open, `send = local deliver tree --against ${scene.dir}/to/tree`, close)
  const second = compare(`${title}, with 1 % changed`, Number(rounds), [
    { name: 'rsync -a', prepare: change, run: () => measure(rsync) },
    { name: 'rsync -a --copy-dest: a second tree', prepare: emptied, run: () => measure(beside) },
    { name: 'conc run: open, deliver --against, close', prepare: change, run: conc },
    { name: 'the step deliver alone', prepare: change, run: step },
  ])
  rmSync(from, { recursive: true })
  scene.remove()
  return `${first}\n${second}\n`
}
