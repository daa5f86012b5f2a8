import { expect, test } from 'conc-deploy/test'

test('what is current is the release that was delivered', async ({ node }) => {
  await expect(node.file('current')).toBeLinkedTo(`releases/${node.attributes.release}`)
})

test('the program is there and says its version', async ({ node }) => {
  const { release = '' } = node.attributes
  await expect(node.file('current/dist/src/cli/main.js')).toBeFile()
  await expect(node.run(['node', 'current/dist/src/cli/main.js', '--version'])).toPrint(`${release}\n`)
})
