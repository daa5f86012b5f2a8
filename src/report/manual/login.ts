import { quote } from '../../plan/quote.ts'
import { attributeOf, heading, type PageFacts } from './facts.ts'
import { code, fence } from './markdown.ts'

/** How a person gets to where the steps start. */
export function loginParts(facts: PageFacts): readonly string[] {
  const { node, manual } = facts
  const jump = attributeOf(node, 'jump')
  return [
    heading(facts, 1, 'Where the commands are typed'),
    ...(attributeOf(node, 'embedded') === 'yes' ? [embedded] : [fence('sh', loginLines(facts).join('\n'))]),
    ...(jump === undefined || jump === 'none'
      ? []
      : [`For \`scp\` and \`tar\` below, ${code(`ProxyJump ${jump}`)} belongs into \`~/.ssh/config\` too.`]),
    `Remote steps start on the node, in the home of the login user; local steps on the workstation, in the folder of ${code(manual.file)}. What is typed here is for \`sh\`: where the login shell is another, type \`sh\` first.`,
  ]
}

const embedded =
  'It is a throw-away node inside conc, and there is nothing to log in to but `conc shell`. The remote commands below are those that a node of its kind would get.'

function loginLines({ node }: PageFacts): readonly string[] {
  const [key, suffix] = [attributeOf(node, 'key'), attributeOf(node, 'op_key')]
  const file = key === undefined ? suffix && `~/.ssh/id_*-${quote(suffix)}` : fromHome(key)
  return [...(file === undefined ? [] : [`ssh-add ${file}`]), sshLine(node)]
}

function sshLine(node: PageFacts['node']): string {
  const [port = '22', jump = 'none', user] = ['sshd.port', 'jump', 'admin'].map((key) => attributeOf(node, key))
  const address = attributeOf(node, 'sshd.ip') ?? node.name
  const options = [...(port === '22' ? [] : [`-p ${port}`]), ...(jump === 'none' ? [] : [`-J ${quote(jump)}`])]
  return ['ssh', ...options, quote(user === undefined ? address : `${user}@${address}`)].join(' ')
}

function fromHome(path: string): string {
  return path.startsWith('/') ? quote(path) : `~/${quote(path.replace(/^~\//, ''))}`
}
