import { randomUUID } from 'node:crypto'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { expect, joinNetwork, takePicture, test } from './app.ts'

test('a snapshot is exported, checked, compared; a changed one is told, with what is wrong', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const shot = (name: string) => takePicture(page, info, name, true)
  const first = await peer(network, '--tag', 'role:seed')
  const second = await peer(network, '--bootstrap', first.address)
  await joinNetwork(page, network, first.address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3')
  await page.getByRole('button', { name: 'Snapshots', exact: true }).click()
  await shot('empty')

  const { name, path } = await app.saved(() => page.getByRole('button', { name: 'Export', exact: true }).click())
  expect(name).toMatch(/\.peerscope$/)
  const file = info.outputPath('a.peerscope')
  await copyFile(path, file)
  await page.locator('input[type=file]').setInputFiles(file)
  const report = page.getByRole('article', { name: 'a.peerscope' })
  await expect(report).toContainText('every signature holds')
  await expect(report).toContainText('2 peers')
  // A reload checks it again.
  await page.reload()
  await expect(report).toContainText('every signature holds')

  await second.process.stop('SIGTERM')
  await expect(async () => {
    await report.getByRole('button', { name: 'Compare with now' }).click()
    const sum = page.getByTestId('compare-sum')
    const words = await sum.textContent({ timeout: 5000 })
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    expect(words).toBe('0 came, 1 left (1 said goodbye), 0 changed, 1 the same')
  }).toPass()
  await report.getByRole('button', { name: 'Take its entries' }).click()
  // On a slow machine its goodbye is forgotten by then: then the entry is too old.
  await expect(report).toContainText(/Taken in: .*1 (of peers that said goodbye since|too old)/)
  await shot('compared')

  // The file as a network of its own, to look at; the one that is joined goes on meanwhile.
  await report.getByRole('button', { name: 'Look at it' }).click()
  await expect(page.getByTestId('picture')).toContainText(/Snapshot a.peerscope: 2 peers. Read-only/)
  await expect(page.locator(`[data-peer-id="${second.peerId}"]`)).toHaveAttribute('data-state', 'online')
  await shot('looked-at')
  await page.locator('button[aria-keyshortcuts=Escape]', { hasText: 'Close' }).click()
  await page.getByRole('button', { name: /^All / }).click()
  await expect(page.locator(`[data-peer-id="${second.peerId}"]`)).toHaveAttribute('data-state', 'departed')
  await page.getByRole('button', { name: 'Snapshots', exact: true }).click()

  const bytes = await readFile(file)
  const at = bytes.length - 200
  bytes[at] = (bytes[at] ?? 0) ^ 4
  await writeFile(info.outputPath('b.peerscope'), bytes)
  await page.locator('input[type=file]').setInputFiles(info.outputPath('b.peerscope'))
  await expect(page.getByRole('article', { name: 'b.peerscope' })).toContainText('does not verify')
  await writeFile(info.outputPath('c.peerscope'), 'no snapshot')
  await page.locator('input[type=file]').setInputFiles(info.outputPath('c.peerscope'))
  await expect(page.getByText(/no snapshot of Peerscope/).first()).toBeVisible()
  await shot('changed')
})

test('a filter that cannot be meant says where, in the table and for exports', async ({ app, peer }, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const first = await peer(network, '--tag', 'role:seed')
  await joinNetwork(page, network, first.address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '2')
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const filter = page.locator('[data-filter]')
  await filter.fill('colour:red')
  await expect(page.getByText(/there is no field 'colour': for a tag write tag:colour:/)).toBeVisible()
  await takePicture(page, info, 'problem')
  await filter.fill('tag:role:* -self:yes')
  await expect(page.locator('[data-peer-id][data-state]')).toHaveCount(1)
})
