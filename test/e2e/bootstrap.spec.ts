import { randomUUID } from 'node:crypto'
import { parseInvitation } from '../../src/shared/invitation.ts'
import { expect, joinNetwork, takePicture, test } from './app.ts'

test('how peers are found: attempts, paths, and an invitation made and taken', async ({ app, peer }, info) => {
  const { page } = app
  const shot = async (name: string): Promise<void> => {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme })
      await takePicture(page, info, `${name}-${colorScheme}`)
    }
  }
  const card = (name: string) => page.getByRole('region', { name, exact: true })

  await page.getByRole('button', { name: 'Bootstrap', exact: true }).click()
  await expect(page.getByText('No network is joined')).toBeVisible()
  await page.getByLabel('Join by an invitation').fill('peerscope://leave')
  await page.keyboard.press('Enter')
  await expect(page.getByText('an invitation begins with peerscope://join?network=')).toBeVisible()
  await shot('none')

  const network = `e2e ${randomUUID()}`
  const one = await peer(network)
  const startTwo = () => peer(network, '--bootstrap', one.address, '--secret', `two of ${network}`)
  const two = await startTwo()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await joinNetwork(page, network, `${one.address}\n/ip4/127.0.0.1/tcp/1`)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3')

  await page.getByRole('button', { name: 'Bootstrap', exact: true }).click()
  const attempts = card('What is being tried')
  const connected = attempts.getByRole('row').filter({ hasText: 'connected' }).filter({ hasText: 'given address' })
  await expect(connected.filter({ hasText: one.address.split('/p2p/')[0] ?? '' })).toBeVisible()
  const refused = attempts.getByRole('row').filter({ hasText: '/ip4/127.0.0.1/tcp/1' })
  await expect(refused.filter({ hasText: 'failed' })).toBeVisible()
  const learned = card('How peers were first learned')
  await expect(learned.getByText('given address')).toBeVisible()
  await expect(card('DHT slots').getByText('The DHT is not used')).toBeVisible()
  await expect(card('Local network').getByText('Not looked for')).toBeVisible()
  await expect(card('Addresses of this node').getByText('this machine').first()).toBeVisible()
  await shot('joined')

  // The link names what is chosen, and nothing else.
  const invitation = card('Invitation')
  const link = invitation.getByLabel('The link')
  const made = parseInvitation((await link.textContent()) ?? '')
  expect(made.network).toBe(network)
  expect(made.bootstrap).toHaveLength(1)
  await invitation.getByRole('checkbox').uncheck()
  await expect(invitation.getByText('have to find the network by the DHT')).toBeVisible()
  expect(parseInvitation((await link.textContent()) ?? '').bootstrap).toEqual([])

  // Looked at before anything is contacted, and taken.
  const other = `e2e ${randomUUID()}`
  const host = await peer(other)
  host.process.say('invite')
  const reply = await host.process.waitFor('reply')
  await page.getByLabel('Join by an invitation').fill(String(reply['link']))
  await page.getByRole('button', { name: 'Look at it' }).click()
  const dialog = page.getByRole('dialog', { name: 'Invitation' })
  await expect(dialog).toContainText(host.address)
  await dialog.getByRole('button', { name: 'Join' }).click()
  await expect(page.getByRole('heading', { name: 'Health' })).toBeVisible()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '2')

  // Back after a restart, without an address: through what was kept.
  await app.stop()
  await two.process.stop()
  await startTwo()
  await app.start()
  await page.getByLabel('Network', { exact: true }).fill(network)
  await page.getByRole('button', { name: 'Join', exact: true }).click()
  await page.getByRole('button', { name: 'Bootstrap', exact: true }).click()
  await expect(learned.getByText('earlier run', { exact: false }).first()).toBeVisible()
  await expect(attempts.getByText('Peers of earlier runs:')).toBeVisible()
  // Where the other one was nobody listens; it is here by its new address, or dialed us.
  const moved = attempts.getByRole('row').filter({ hasText: two.address.split('/p2p/')[0] ?? '' })
  await expect(moved).toHaveAttribute('data-attempt', /elsewhere|incoming/)
  await expect(moved).toContainText(/connected by another address|it connected to us/)
  await expect(attempts.getByRole('status')).toContainText(/1 connected (by another address|to us)(?!.*failed)/)
  await shot('again')
})
