import { expect, test } from 'conc-deploy/test'

// What only root may read: a parameter of a kernel module, and a setting of the kernel.

test('the parameter, as root', async ({ node }) => {
  const { module = '', parameter = '', 'parameter.value': value = '' } = node.attributes
  await expect(node.sudo().kernelModule(module).parameter(parameter)).toHaveValue(value)
})

test('the setting, as root', async ({ node }) => {
  const { setting = '', 'setting.value': value = '' } = node.attributes
  await expect(node.sudo().sysctl(setting)).toHaveValue(value)
})

test('the parameter, as the login user', async ({ node }) => {
  const { module = '', parameter = '', 'parameter.value': value = '' } = node.attributes
  await expect(node.kernelModule(module).parameter(parameter)).toHaveValue(value)
})

test('the setting, as the login user', async ({ node }) => {
  const { setting = '', 'setting.value': value = '' } = node.attributes
  await expect(node.sysctl(setting)).not.toHaveValue(value)
})
