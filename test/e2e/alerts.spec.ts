import { randomUUID } from 'node:crypto'
import { expect, joinNetwork, takePicture, test } from './app.ts'

test('a rule is made, tells of a validator that leaves and why, is removed and brought back', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const first = await peer(network)
  const validator = await peer(network, '--bootstrap', first.address, '--tag', 'role:validator')
  await joinNetwork(page, network, first.address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3')

  await page.getByRole('button', { name: /^Alerts/ }).click()
  await expect(page.getByText('No rule yet: nothing is watched.')).toBeVisible()
  await page.getByRole('button', { name: 'New rule' }).first().click()
  const editor = page.getByRole('dialog', { name: 'New rule' })
  await editor.getByLabel('Name').fill('validators')
  await editor.getByLabel('Filter').fill('tag:role:validator (')
  await editor.getByRole('button', { name: 'Save rule' }).click()
  await expect(editor.getByText(/character \d+/)).toBeVisible()
  await takePicture(page, info, 'editor')
  await editor.getByLabel('Filter').fill('tag:role:validator')
  await editor.getByRole('button', { name: 'Save rule' }).click()
  await expect(editor).toBeHidden()

  await validator.process.stop('SIGTERM')
  await expect(page.getByText('It said goodbye.').first()).toBeVisible()
  await takePicture(page, info, 'fired')

  await page.getByRole('button', { name: 'Remove validators' }).click()
  await expect(page.getByText('No rule yet: nothing is watched.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('button', { name: 'Edit validators' })).toBeVisible()
})
