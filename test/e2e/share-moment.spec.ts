import { randomUUID } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import { nickname } from '../../src/shared/nickname.ts'
import { expect, goTo, joinNetwork, takeInSizes, takePicture, test } from './app.ts'
import { violations } from './page/axe.ts'

test('a past moment is shared as one file, opened without the network, and played', async ({ app, peer }, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const graph = page.getByTestId('graph')
  const picture = page.getByTestId('picture')
  const shot = (name: string) => takePicture(page, info, name)
  const first = await peer(network, '--tag', 'role:seed')
  const second = await peer(network, '--bootstrap', first.address)
  await joinNetwork(page, network, first.address)
  await expect(graph).toHaveAttribute('data-peers', '3')
  await second.process.stop('SIGTERM')
  await expect(graph).toHaveAttribute('data-peers', '2')

  // Before it left.
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  await page.locator('[data-kind="PeerDeparted"]').first().getByRole('button', { name: /^\d/ }).click()
  await page.getByRole('button', { name: 'To the event before' }).click()
  await expect(picture).toContainText('with 2 peers here')
  await shot('past')
  const { name, path } = await app.saved(() => page.getByRole('button', { name: 'Share this moment' }).click())
  // By the palette too.
  const again = await app.saved(async () => {
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/^Search for/).fill('Share this moment')
    await page.keyboard.press('Enter')
  })
  expect(again.name).toBe(name)
  expect(name).toMatch(/-\d{4}-\d\d-\d\d-\d{4}\.peerscope$/)
  const file = info.outputPath('moment.peerscope')
  await copyFile(path, file)

  // An export while the past is shown is of that moment.
  await page.getByRole('button', { name: 'Snapshots', exact: true }).click()
  await expect(page.getByText(/^What is exported is of the moment that you look at/)).toBeVisible()
  await shot('share')

  // Escape leads back from here too; then the network is left.
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill('leave')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(page.getByText('not joined')).toBeVisible()

  // Dropped anywhere on the window it is shown, without another click.
  const whole = await readFile(file)
  const drop = async (name: string, bytes = whole): Promise<void> =>
    await page.evaluate(`{
      const dataTransfer = new DataTransfer()
      const bytes = Uint8Array.from(atob('${bytes.toString('base64')}'), (sign) => sign.codePointAt(0))
      dataTransfer.items.add(new File([bytes], '${name}'))
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
    }`)
  await drop('moment.peerscope')
  await expect(picture).toContainText(/Shared moment moment\.peerscope: the network at .*, with 2 peers here/)
  await expect(picture).toContainText(/It is of e2e-.*, made by .*: “we” and “ourselves” mean that peer\./)
  // All of it can be read, also in the smallest window.
  const size = page.viewportSize() ?? { width: 1280, height: 800 }
  await page.setViewportSize({ width: 1024, height: 640 })
  expect(await picture.evaluate((words) => words.scrollHeight <= words.clientHeight)).toBe(true)
  await page.setViewportSize(size)
  await expect(graph).toHaveAttribute('data-peers', '3')
  await shot('opened')

  // Another one takes its place while it plays, and Back leads to the first again; one that is broken changes nothing.
  await page.getByRole('button', { name: 'Play from here' }).click()
  await drop('second.peerscope')
  await expect(picture).toContainText(/Shared moment second\.peerscope: the network at .*, with 2 peers here/)
  await expect(page.getByTestId('health-strip')).toContainText(/2 here/)
  await shot('second')
  await page.goBack()
  await expect(picture).toContainText('Shared moment moment.peerscope')
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await page.getByRole('button', { name: 'Play from here' }).click()
  await drop('broken.peerscope', whole.subarray(0, 200))
  await expect(page.getByText('This file cannot be opened')).toBeVisible()
  await expect(picture).toContainText('Shared moment moment.peerscope')
  await page.getByRole('button', { name: 'Health', exact: true }).click()
  await expect(page.locator('[data-chart=here]')).toBeVisible()
  await expect(page.getByText(/not open|could not be loaded/)).toHaveCount(0)
  await shot('back')
  // The same file once more: at its moment.
  await drop('moment.peerscope')
  await expect(picture).toContainText(/Shared moment moment\.peerscope: the network at .*, with 2 peers here/)
  await page.getByRole('button', { name: 'Snapshots', exact: true }).click()
  await expect(page.getByRole('article', { name: 'moment.peerscope' }).first()).toContainText(
    'Join a network to take its',
  )
  await page.getByRole('button', { name: 'Network', exact: true }).click()

  // A reload keeps it, and its moment. Meanwhile no page asks to join a network.
  await page.addInitScript(`{
    globalThis.askedToJoin = false
    const look = () => (globalThis.askedToJoin ||= document.querySelector('.ps-join') !== null)
    new MutationObserver(look).observe(document, { childList: true, subtree: true })
  }`)
  await page.reload()
  await expect(picture).toContainText(/Shared moment moment\.peerscope: the network at .*, with 2 peers here/)
  await expect(graph).toHaveAttribute('data-peers', '3')
  expect(await page.evaluate<boolean>('globalThis.askedToJoin')).toBe(false)

  // The palette finds its peers.
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill(nickname(second.peerId))
  await expect(page.locator('[data-action]')).toContainText([nickname(second.peerId)])
  await page.keyboard.press('Escape')

  // Its table, its events, its end: the peer leaves again.
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const row = page.locator(`[data-peer-id="${second.peerId}"]`)
  await expect(row).toHaveAttribute('data-state', 'online')
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  await expect(page.locator('[data-kind="PeerDiscovered"]').first()).toBeVisible()
  await expect(page.locator('[data-kind="PeerDeparted"]')).toHaveCount(0)
  const slider = page.getByRole('slider', { name: 'Moment that is shown' })
  await slider.focus()
  await page.keyboard.press('End')
  await expect(page.locator('[data-kind="PeerDeparted"]').first()).toBeVisible()
  await expect(picture).toContainText('with 1 peer here')
  await expect(page.getByTestId('health-strip')).toContainText(/As of [\d:]+.*1 here.*island/)
  await shot('played')
  // Its charts are of its span, and who was here and the islands are those of the moment that is shown.
  await page.getByRole('button', { name: 'Health', exact: true }).click()
  await expect(page.locator('[data-chart=here]')).toBeVisible()
  await expect(page.locator('.ps-islands-count')).toHaveText('1')
  await expect(page.locator('[data-slice]').first()).toContainText('1')
  await page.getByText('Figures as a table').click()
  await expect(page.getByRole('region', { name: 'Figures of the charts' }).locator('tbody tr').first()).toContainText(
    '1',
  )
  expect(await violations(page, 'health of a shared moment')).toEqual([])
  await page.getByText('Figures as a table').click()
  await takeInSizes(page, info, 'health')
  // Its moments are compared without joining: the one that it was shared for, and its last.
  await goTo(page, 'Alerts')
  await expect(page.getByText('A shared moment holds no alerts')).toBeVisible()
  await goTo(page, 'Timeline')
  await page.locator('[data-kind="PeerDeparted"]').first().getByRole('button', { name: /^\d/ }).click()
  await page.getByRole('button', { name: 'To the event before' }).click()
  await expect(picture).toContainText('with 2 peers here')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill('Compare two moments')
  await page.keyboard.press('Enter')
  const compared = page.getByRole('dialog', { name: 'Compare' })
  await expect(compared).toContainText('now is its last moment')
  await expect(compared.getByTestId('compare-sum')).toContainText('1 left (1 said goodbye)')
  await expect(compared.getByRole('combobox', { name: 'After (B)' })).toHaveValue('now')
  await takeInSizes(page, info, 'compare')
  expect(await violations(page, 'compare in a shared moment')).toEqual([])
  const before = compared.getByRole('combobox', { name: 'Before (A)' })
  await before.fill('2001-02-03 04:05')
  await before.press('Enter')
  await expect(compared.getByText(/^The recording begins at /)).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Close the comparison' }).click()
  // It begins with the first moment at which anything was shown, and says so of a time before.
  await slider.focus()
  await page.keyboard.press('Home')
  await expect(picture).toContainText(/: the network at .*, with \d peers? here/)
  const typed = page.getByRole('textbox', { name: 'Go to a time' })
  await typed.fill('1h ago')
  await typed.press('Enter')
  const begins = /the network at (\d{4}-\d\d-\d\d [\d:.+-]+),/.exec((await picture.textContent()) ?? '')?.[1] ?? ''
  await expect(page.getByRole('alert').filter({ hasText: `The recording begins at ${begins}` })).toBeVisible()
  await shot('before')
  await typed.press('Escape')
  await slider.focus()
  await page.keyboard.press('End')
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await page.getByRole('button', { name: /^All / }).click()
  await expect(row).toHaveAttribute('data-state', 'departed')

  // From the table and from the graph, Escape closes it.
  await row.click()
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)
})
