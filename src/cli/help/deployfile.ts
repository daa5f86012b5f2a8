import { builtInAttributes, type KnownAttribute, knownAttributes } from '../../words/attributes.ts'
import type { Block } from './block.ts'
import type { Rows } from './command.ts'

/** The options of a step line, as they are written. */
export const stepOptions: Rows = [
  ['timeout=TIME', 'over it, its whole process group is ended: 90s, 10m, 1h30m'],
  ['as=USER', 'as this user, by sudo; its password is asked for once, before the first change'],
  ['cd=DIR', 'starts there, not in the home (remote) or the folder of the deploy file (local)'],
  ['secrets=NAME[,NAME]', 'gets these of [secrets] as environment variables; no other step does'],
]

/** The kinds of sections. */
export const sections: Rows = [
  ['[deploy]', 'attributes that every node inherits; app and release are required'],
  ['[group:NAME]', 'attributes that several nodes share; groups = OTHER puts it into others'],
  ['[node:NAME]', 'a machine; groups = NAME, … and attributes of its own'],
  ['[job:NAME]', 'an ordered list of steps, a line each'],
  ['[probe:JOB]', 'under the name of a step: a command that exits 0 when it is done, 1 when not'],
  ['[secrets]', 'NAME = ask, env VARIABLE, command CMD … or file PATH'],
]

/** What can stand in a deploy file. */
export function deployFilePage(): readonly Block[] {
  return [
    {
      text: 'The deploy file, deploy.ini or what -f names: nodes, attributes and jobs. Data, no code: only ${key} is put in.',
    },
    { title: 'Sections', rows: sections },
    { title: 'A step', lines: ['NAME = local|remote [OPTION=VALUE …] OP [ARG …]'] },
    {
      text: 'The line is split into words as a shell splits them; ${key} is put in afterwards, so that a value never becomes two words. $${ is a plain ${.',
    },
    { title: 'Options of a step', rows: stepOptions },
    {
      title: 'A deploy file',
      lines: [
        '[deploy]',
        'app     = shop',
        'release = 1.4.2               ; a comment',
        '',
        '[node:web1]',
        'sshd.ip = 192.0.2.11',
        '',
        '[job:release]',
        'open    = remote open-bundle',
        'deliver = local  deliver dist/*.tgz',
        'unpack  = remote untar ${app}-*.tgz --into releases/${release}',
        'switch  = remote link releases/${release} current',
        'restart = remote as=root timeout=1m run systemctl restart ${app}',
        'close   = remote close-bundle',
      ],
    },
    {
      text: 'Of two values of an attribute the later one counts: [deploy], the groups in the order listed, the node, --set KEY=VALUE.',
    },
    { title: 'See also', lines: ['conc help attributes', 'conc help ops', 'conc check', 'conc show'] },
  ]
}

/** The attributes that conc reads; any other is the user's own. */
export function attributesPage(): readonly Block[] {
  return [
    {
      text: 'Attributes are KEY = VALUE lines of [deploy], [group:NAME] and [node:NAME]. These conc reads; any other is your own, for ${key}.',
    },
    { title: 'Attributes', rows: knownAttributes.map(attributeRow) },
    { title: 'Set by conc', rows: [...builtInAttributes] },
    { title: 'See also', lines: ['conc help deploy.ini', 'conc show'] },
  ]
}

function attributeRow({ name, summary, default: value, expects }: KnownAttribute): readonly [string, string] {
  return [name, `${summary}; takes ${expects}${value === undefined ? '' : ` (default: ${value})`}`]
}
