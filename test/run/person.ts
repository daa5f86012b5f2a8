import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRoot } from '../fixtures/sshd.ts'
import { type Scene, step } from './scene.ts'

/** A release as the repository's own deploy file has one, and what else the ops can do: with all that is awkward to type. */
export const releaseSteps = [
  'pack = local sh "mkdir -p dist && tar -czf dist/shop-$release.tgz shop && cd dist && sha256sum *.tgz >SHA256SUMS"',
  'open = remote open-bundle',
  'stage = local open-bundle',
  'deliver = local deliver "dist/shop-*.tgz" dist/SHA256SUMS',
  'verify = remote checksum --sums SHA256SUMS',
  'unpack = remote untar shop-*.tgz --into releases/${release} --strip 1',
  step('migrate', 'remote', "echo 'a `b` | c' >releases/$release/it\\'s", 'timeout=1m'),
  'look = local pause "Is it $5? Then resume"',
  'switch = remote link releases/${release} current',
  'list = remote cd=current run ls -- version',
  'got = local fetch current/version got/',
  step('check', 'local', 'test $(cat got/version) = $release', 'cd=.'),
  'unstage = local close-bundle',
  'close = remote close-bundle',
]

/** Makes a scene's job that release. */
export function setRelease({ steps, station }: Scene): void {
  steps(...releaseSteps)
  station.write('shop/version', '1\n')
}

/** Removes what the release leaves outside the bundle. */
export function removeReleased({ sshd }: Scene): void {
  for (const name of ['releases', 'current']) rmSync(join(sshd.home, name), { recursive: true, force: true })
}

/**
 * A person at the workstation who has the OpenSSH client, with the node in its configuration, and a shell.
 * @param login what leads to the node.
 */
export function personWithSsh(scene: Scene, login = 'ssh web1') {
  const { home, folder } = scene.station
  const bin = join(home, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(home, 'ssh_config'), configText(scene))
  for (const name of ['ssh', 'scp']) {
    const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${real} -F '${home}/ssh_config' "$@"\n`, { mode: 0o755 })
  }
  const env = { PATH: `${bin}:${process.env.PATH}`, HOME: home, LANG: 'C.UTF-8' }
  const options = { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' } as const
  return {
    local: (lines: string) => execFileSync('sh', ['-c', lines], options),
    // Where root has not made a login of its own, the home that conc goes to is not where ssh begins.
    remote: (lines: string, input = '') =>
      execFileSync('sh', ['-c', `${login} "$1"`, 'sh', isRoot ? lines : `cd; ${lines}`], { ...options, input }),
  }
}

/** As it stands in a person's ~/.ssh/config, which ssh looks for in the user's real home. */
function configText({ sshd, station: { home } }: Scene): string {
  return [
    'Host web1',
    '  HostName 127.0.0.1',
    `  Port ${sshd.port}`,
    `  User ${sshd.user}`,
    'Host *',
    `  IdentityFile ${sshd.keyFile}`,
    '  IdentitiesOnly yes',
    '  BatchMode yes',
    '  StrictHostKeyChecking yes',
    `  UserKnownHostsFile ${home}/.ssh/known_hosts`,
    '  GlobalKnownHostsFile /dev/null',
    '',
  ].join('\n')
}
