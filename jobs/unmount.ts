import { homedir } from 'node:os'
import { posix } from 'node:path'
import { defineOp, detach, mountedAt, OpFailed, quote } from 'conc-deploy'

export default defineOp({
  summary: 'Unmounts what mount has mounted.',
  sides: ['local'],
  parameters: [{ name: 'DIR', summary: "where it is mounted; the bundle's own path in the home here when not given" }],
  check: ({ positionals: [dir] }) => {
    if (dir === '') return 'DIR is empty. Name a folder, or leave it away.'
    return dir?.startsWith('~') ? 'conc puts no home in for ~. Write the whole path.' : undefined
  },
  byHand: ({ positionals: [dir], bundle }) => {
    if (dir === undefined) return `fusermount3 -u ${bundle.startsWith('/') ? '' : '~/'}${quote(bundle)}`
    return `fusermount3 -u ${quote(dir.startsWith('-') ? `./${dir}` : dir)}`
  },
  run: async ({ host, positionals: [dir], bundle, node, log }) => {
    const own = posix.resolve(homedir(), bundle)
    // Not the folder itself: a mount that does not answer can't be looked at.
    const words = ['sh', '-c', absolute, 'sh', dir ?? own]
    const path = (await host.run(words)).stdout.toString()
    const there = path === '' ? undefined : await mountedAt(host, path)
    if (there === undefined) return log(`${dir ?? own}: nothing is mounted there`)
    if (there.type !== 'fuse.sshfs' || there.source !== `${node}:${bundle}`) {
      throw new OpFailed(`${there.source} is mounted on ${path}, which is not the bundle of ${node}. It is left alone`)
    }
    await detach(host, path, !there.answers)
    log(`${path}: ${there.source} is unmounted${there.answers ? '' : '; it did not answer any more'}`)
    // What mount has made. A bundle of the workstation is not empty.
    if (dir === undefined) await host.run(['rmdir', '--', path])
  },
})

const absolute = `p=$(dirname -- "$1") && cd -P -- "$p" && printf %s "\${PWD%/}/$(basename -- "$1")"`
