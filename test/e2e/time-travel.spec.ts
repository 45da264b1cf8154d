import { randomUUID } from 'node:crypto'
import { expect, goTo, joinNetwork, takePicture, test } from './app.ts'

test('the past: a peer that left is there again, time is played, a span is listed; now is one key away', async ({
  app,
  peer,
}, info) => {
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

  // The moment before it left, by the timeline.
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  const left = page.locator('[data-kind="PeerDeparted"]').first()
  await expect(left).toBeVisible()
  await expect(page.getByText(/^Local time, UTC[+-]\d\d:\d\d$/)).toBeVisible()
  await left.getByRole('button', { name: /^\d/ }).click()
  await expect(picture).toContainText(/The past: the network at .*, with 1 peer here/)
  await expect(page.locator('.ps-lanes [data-lane="goodbye"] b')).toHaveText('1')
  const printed = /\d{4}-\d\d-\d\d [\d:.]+[+-]\d\d:\d\d/.exec((await picture.textContent()) ?? '')?.[0] ?? ''
  expect(printed).not.toBe('')
  // How peers are found, and what rules count, is of now alone, and says so.
  for (const name of ['Bootstrap', 'Alerts']) {
    await page.getByRole('button', { name, exact: true }).click()
    await expect(page.getByText(/^This page shows now/)).toBeVisible()
  }
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  await page.getByRole('button', { name: 'To the event before' }).click()
  await expect(picture).toContainText('with 2 peers here')
  await expect(page.locator('[data-kind="PeerDeparted"]')).toHaveCount(0)
  // The legend counts what had happened by then, as the list has it.
  const goodbyes = page.locator('.ps-lanes [data-lane="goodbye"] b')
  await expect(goodbyes).toHaveText('0')
  await shot('timeline')
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const row = page.locator(`[data-peer-id="${second.peerId}"]`)
  await expect(row).toHaveAttribute('data-state', 'online')
  await expect(page.getByRole('status', { name: 'Network status' })).toHaveText('now: online')
  await row.click()
  await expect(page.locator('[data-inspector]')).toContainText('This is not the network as it is now')
  await shot('peers')
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await expect(graph).toHaveAttribute('data-peers', '3')
  await shot('graph')

  // While time goes by nothing is asked, and the place of why stays where it is.
  const speed = async (name: string): Promise<void> => {
    await page.locator('.ps-travel-speed input').first().click()
    await page.getByRole('option', { name, exact: true }).click()
  }
  const why = page.locator('[data-section=why]')
  await speed('1×')
  await page.getByRole('button', { name: 'Play from here' }).click()
  await expect(page.locator('[data-inspector]')).toContainText('said goodbye')
  await expect(why).toContainText('Told where time stands still.')
  const place = await why.boundingBox()
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(why).toContainText('it said goodbye')
  // Long names may take one line more.
  const answered = await why.boundingBox()
  expect(Math.abs((answered?.height ?? 0) - (place?.height ?? 0))).toBeLessThan(25)

  // Time runs until it is now again.
  await speed('60×')
  await page.getByRole('button', { name: 'Play from here' }).click()
  await expect(picture).toHaveCount(0)
  await expect(graph).toHaveAttribute('data-peers', '2')

  // By keyboard: back with the slider, forth with Escape.
  const slider = page.getByRole('slider', { name: 'Moment that is shown' })
  await slider.focus()
  // Its end lies up to a bar of the histogram after now: a step from there may be no past yet.
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await expect(picture).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)

  // From the graph and from the table too.
  for (const place of ['Network', 'Peers'] as const) {
    await page.getByRole('button', { name: place, exact: true }).click()
    if (place === 'Network') {
      await slider.focus()
      await page.keyboard.press('Home')
      await expect(picture).toBeVisible()
      await graph.focus()
    } else {
      await page.keyboard.press('Control+k')
      await page.getByPlaceholder(/^Search for/).fill(printed)
      await page.getByRole('button', { name: `Show the network at ${printed}` }).click()
      await page.locator('[data-peer-id][data-state]').first().click()
    }
    await expect(picture).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(picture).toHaveCount(0)
  }

  // The moment as it was printed, given back to the palette.
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill(printed)
  await page.getByRole('button', { name: `Show the network at ${printed}` }).click()
  await expect(picture).toContainText(`the network at ${printed}`)
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)

  // A span of the histogram.
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  const box = await page.locator('.ps-histogram').boundingBox()
  if (box === null) throw new Error('no histogram')
  await page.mouse.move(box.x + 20, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + 200, box.y + 20, { steps: 3 })
  await page.mouse.up()
  await expect(page.getByRole('button', { name: 'All times' })).toBeVisible()
  await shot('span')
  await page.getByRole('button', { name: 'All times' }).click()

  // The filter is that of graph and table, and asks of events besides.
  await page.getByLabel('Filter the graph').fill('tag:role:seed')
  await expect(page.locator('.ps-event').first()).toBeVisible()
  await expect(page.locator('.ps-event[data-kind="PeerDeparted"]')).toHaveCount(0)
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  const filter = page.getByLabel('Filter: fox')
  await expect(filter).toHaveValue('tag:role:seed')
  await filter.fill('reason:graceful')
  await expect(page.locator('.ps-event')).toHaveCount(1)
  await expect(page.locator('.ps-event[data-kind="PeerDeparted"]')).toBeVisible()
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await expect(page.getByText('the timeline is filtered by it, peers are not')).toBeVisible()
  // Escape leaves the field, and keeps what was typed.
  await filter.press('Escape')
  await expect(filter).not.toBeFocused()
  await expect(filter).toHaveValue('reason:graceful')
  await page.locator('.ps-toolbar').getByRole('button', { name: 'Clear the filter' }).click()
  await expect(page.getByText('the timeline is filtered by it, peers are not')).toHaveCount(0)

  // Before all that is stored there is nothing, and it says so.
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  const typed = page.getByRole('textbox', { name: 'Go to a time' })
  await typed.fill('1h ago')
  await typed.press('Enter')
  const begins =
    /^The recording begins at (\d{4}-\d\d-\d\d [\d:.+-]+): nothing is known of \d{4}-\d\d-\d\d [\d:.+-]+\.$/
  await expect(picture).toContainText(begins)
  const said = (await picture.textContent()) ?? ''
  await expect(page.getByRole('region', { name: 'Timeline', exact: true })).toContainText(said)
  // Each view says so, with a way there.
  const empty = page.locator('.ps-empty', { hasText: said })
  for (const view of ['Health', 'Peers', 'Network']) {
    await goTo(page, view)
    await expect(empty.getByRole('button', { name: 'To the first moment' })).toBeVisible()
    await shot(`outside-${view.toLowerCase()}`)
  }
  await goTo(page, 'Timeline')
  await expect(page.locator('[data-phrase]')).toHaveText(['nothing is known of this moment'])
  await shot('outside')
  await page.getByRole('button', { name: 'To the first moment' }).click()
  await expect(picture).toContainText(/The past: the network at .*, with \d peer/)

  // Ages count from the moment, however long ago that is by now.
  await typed.fill(printed)
  await typed.press('Enter')
  await expect(picture).toContainText(`the network at ${printed}`)
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await page.clock.setFixedTime(Date.now() + 7_200_000)
  await page.locator(`[data-peer-id="${first.peerId}"]`).click()
  const ages = page.locator('[data-peer-id] time, [data-inspector] time')
  await expect(ages.nth(1)).toBeVisible()
  for (const age of await ages.allTextContents()) expect(age).toMatch(/^(just now|\d+ (s|min) ago)$/)
})
