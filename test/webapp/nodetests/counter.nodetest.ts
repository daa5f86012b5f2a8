import { describe, expect, test, until } from 'conc-deploy/test'

// What the application promises, whichever way its release came about.
describe('the counter', () => {
  test('answers with its release', async ({ node }) => {
    const { port } = node.attributes
    await until(() => expect(node.http(`http://127.0.0.1:${port}/version`)).toHaveStatus(200), { within: '10s' })
  })

  test('listens on the loopback address alone', async ({ node }) => {
    const { port } = node.attributes
    await expect(node.socket(`tcp://127.0.0.1:${port}`)).toBeListening()
    await expect(node.socket(`tcp://0.0.0.0:${port}`)).not.toBeListening()
  })

  test('keeps its data to itself', async ({ node }) => {
    const { data = '' } = node.attributes
    await expect(node.file(`${data}/counter.db`)).toBeFile()
    await expect(node.file(`${data}/counter.db`)).not.toBeMorePermissiveThan(0o644)
  })
})
