import { randomUUID } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { expect, joinNetwork, takePicture, test } from './app.ts'

test('the identity is shown, backed up, replaced, and brought back by undo and by its backup', async ({
  app,
}, info) => {
  const { page } = app
  const settings = page.getByRole('button', { name: 'Settings', exact: true })
  const card = page.getByRole('region', { name: 'Identity' })
  await settings.click()
  await expect(card).toContainText('None yet')
  await expect(card.getByRole('button', { name: 'Back up …' })).toBeDisabled()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await joinNetwork(page, `e2e-${randomUUID()}`, '')
  await expect(page.getByText('Alone on the network so far')).toBeVisible()
  await settings.click()
  const id = (await card.locator('.ps-mono').first().innerText()).trim()
  expect(id).toMatch(/^12D3Koo/)

  const { path } = await app.saved(async () => {
    await card.getByRole('button', { name: 'Back up …' }).click()
    await takePicture(page, info, 'backup')
    await page.getByRole('button', { name: 'Save the key' }).click()
  })
  const backup = await readFile(path, 'utf8')
  expect(backup).toContain(id)
  expect(backup).toMatch(/^[0-9a-f]{64}$/m)

  const replace = async (): Promise<void> => {
    await page.getByRole('dialog').getByRole('button', { name: 'Replace', exact: true }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  await card.getByRole('button', { name: 'Replace …' }).click()
  await replace()
  await expect(card.locator('.ps-mono').first()).not.toHaveText(id)
  await expect(card).toContainText('acts at the next join')
  await takePicture(page, info, 'replaced')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(card.locator('.ps-mono').first()).toHaveText(id)

  await card.getByRole('button', { name: 'Replace …' }).click()
  await replace()
  await expect(card.locator('.ps-mono').first()).not.toHaveText(id)
  await card.getByRole('button', { name: 'Replace …' }).click()
  await page.getByText('a backed-up key').click()
  await page.getByLabel('Key', { exact: true }).fill('no key')
  await expect(page.getByText('A key has 64 hex digits.')).toBeVisible()
  const file = info.outputPath('identity.txt')
  await copyFile(path, file)
  await page.getByRole('dialog').locator('input[type=file]').setInputFiles(file)
  await replace()
  await expect(card.locator('.ps-mono').first()).toHaveText(id)
})

test('a network is forgotten only after a question', async ({ app }) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  await joinNetwork(page, network, '')
  await expect(page.getByText('Alone on the network so far')).toBeVisible()
  await page.getByRole('button', { name: /^Network menu/ }).click()
  await page.getByRole('menuitem', { name: 'Leave network' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
  const forget = page.getByRole('button', { name: `Forget ${network}` })
  await forget.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await forget.click()
  await page.getByRole('button', { name: 'Forget it' }).click()
  await expect(forget).toHaveCount(0)
})
