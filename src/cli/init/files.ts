import type { Answers } from './answers.ts'
import { deployFileText } from './deployfile.ts'

/** A file to be written, with its path from the folder. */
export interface NewFile {
  readonly path: string
  readonly text: string
}

/** What is made by a run and need not be committed. */
export const ignored = 'dist/'

/** All that `conc init` writes, save for the line of .gitignore. */
export function newFiles(answers: Answers): readonly NewFile[] {
  return [
    { path: 'deploy.ini', text: deployFileText(answers) },
    { path: 'jobs/hello.ts', text: op },
    { path: 'nodetests/web.nodetest.ts', text: nodeTest },
    { path: 'payload/index.html', text: `<!doctype html>\n<title>${answers.app}</title>\n<p>It works.\n` },
  ]
}

const op = `// An op of your own; the file's name is its name: hello FOLDER [--lines N]. It is loaded as it is, nothing is built.
import { defineOp } from 'conc-deploy'

export default defineOp({
  summary: 'Shows the beginning of the page of a release.',
  sides: ['remote'],
  parameters: [{ name: 'FOLDER', summary: 'the folder of the release', required: true }],
  flags: { lines: { value: 'N', summary: 'how many lines; 3 when not given', type: 'count' } },
  // A pure function: conc plan shows the command before anything runs.
  command: ({ positionals: [folder = ''], flags }) => ({
    argv: ['head', '-n', flags.lines ?? '3', \`./\${folder}/index.html\`],
  }),
})
`

const nodeTest = `// Asks the node itself: conc test demo, and the step healthy of the job.
import { describe, expect, test } from 'conc-deploy/test'

test('the node has what a release needs', async ({ node }) => {
  for (const name of ['tar', 'sha256sum']) await expect(node.command(name)).toExist()
})

describe('the release', () => {
  test('is the one that was delivered', async ({ node, skip }) => {
    if (!(await node.file('current').exists())) skip('nothing was released here yet')
    await expect(node.file('current')).toBeLinkedTo(\`releases/\${node.attributes.release}\`)
  })

  test('has its page', async ({ node, skip }) => {
    if (!(await node.file('current').exists())) skip('nothing was released here yet')
    await expect(node.file('current/index.html')).toContain('It works.')
  })
})
`
