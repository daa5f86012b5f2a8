import type { Session } from '../../agent/session.ts'
import { type Finding, warned } from './finding.ts'
import { ask } from './script.ts'

/** As logind(8) has it now, else as its files say; a drop-in comes after the file, and the last line counts. */
const kills = [
  'u=$(id -un); [ "$u" != root ] || exit 1',
  '[ ! -e "/var/lib/systemd/linger/$u" ] || exit 1',
  'b=org.freedesktop.login1; k=$(busctl get-property $b /org/freedesktop/login1 $b.Manager KillUserProcesses 2>/dev/null)',
  'case $k in "b true") ;; "") [ -d /run/systemd/system ] || exit 1',
  'k=$(cat /usr/lib/systemd/logind.conf.d/*.conf /etc/systemd/logind.conf /etc/systemd/logind.conf.d/*.conf 2>/dev/null | sed -n "s/^[[:space:]]*KillUserProcesses=//p" | tail -n 1)',
  'case $k in yes | true | on | 1) ;; *) exit 1 ;; esac ;; *) exit 1 ;; esac',
  'echo "$u"',
].join('\n')

/** Whether logind ends what a login leaves behind (KillUserProcesses=yes): then a lost line takes the step along. */
export async function lingering(session: Session): Promise<readonly Finding[]> {
  const { code, lines } = await ask(session, kills)
  if (code !== '0') return []
  const text = 'logind ends what a login leaves behind: a step would die with the line (KillUserProcesses=yes)'
  return [warned('linger', text, `loginctl enable-linger ${lines[0] ?? ''}`)]
}
