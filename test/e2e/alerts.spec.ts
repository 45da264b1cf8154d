import { randomUUID } from 'node:crypto'
import { violations } from './page/axe.ts'
import { expect, goTo, joinNetwork, takePicture, test } from './app.ts'

test('a rule is made, tells of a validator that leaves and why, is removed and brought back', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const first = await peer(network)
  const startValidator = () =>
    peer(network, '--bootstrap', first.address, '--tag', 'role:validator', '--secret', `validator of ${network}`)
  const validator = await startValidator()
  await joinNetwork(page, network, first.address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3')

  await page.getByRole('button', { name: /^Alerts/ }).click()
  await expect(page.getByText('No rule yet: nothing is watched.')).toBeVisible()
  await page.getByRole('button', { name: 'New rule' }).first().click()
  const editor = page.getByRole('dialog', { name: 'New rule' })
  await editor.getByLabel('Name').fill('validators')
  await editor.getByLabel('Filter').fill('tag:role:validator (')
  await editor.getByRole('button', { name: 'Save rule' }).click()
  await expect(editor.locator('.ps-filter-place mark')).toBeVisible()
  await takePicture(page, info, 'editor')
  // Fields beside each other stand in one line.
  const places = await Promise.all(
    ['Departures', 'Then quiet for'].map((label) => editor.getByLabel(label).boundingBox()),
  )
  expect(places[0]?.y).toBe(places[1]?.y)
  await editor.getByLabel('Filter').fill('valid')
  // Escape closes the list, then leaves the field: the dialog stays.
  const suggestions = page.getByRole('listbox', { name: 'Suggestions' })
  await expect(suggestions).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(suggestions).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(editor.getByLabel('Filter')).not.toBeFocused()
  await expect(editor).toBeVisible()
  // What was probably meant is offered, as it is beside the filter of the views, where it is wrong too.
  for (const [given, meant] of [
    ['rtt>200 ms', 'rtt>200ms'],
    ['region:eu', 'tag:region:eu'],
  ] as const) {
    await editor.getByLabel('Filter').fill(given)
    await page.keyboard.press('Escape')
    await editor.getByRole('button', { name: meant }).click()
    await expect(editor.getByLabel('Filter')).toHaveValue(meant)
  }
  await editor.getByLabel('Filter').fill('valida')
  await page.getByRole('option', { name: 'tag:role:validator' }).click()
  await expect(editor.getByLabel('Filter')).toHaveValue('tag:role:validator')
  await expect(editor.locator('[data-facts]')).toContainText(/of 1 peer gone now/)
  await editor.getByLabel('Departures').selectOption('Only those that say goodbye')
  await editor.getByRole('button', { name: 'Save rule' }).click()
  await expect(editor).toBeHidden()

  await expect(page.getByText('any peer that passes tag:role:validator says goodbye')).toBeVisible()

  // The peer itself is watched too: its departure is one happening of two rules.
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await page.locator(`[data-peer-id="${validator.peerId}"]`).click()
  await page.keyboard.press('w')
  await expect(page.getByText(/^Watching .*: you are told when it leaves/)).toBeVisible()
  await page.getByRole('button', { name: 'Close inspector' }).click()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await validator.process.stop('SIGTERM')
  const strip = page.getByRole('region', { name: 'New alerts' })
  await expect(strip).toContainText('It said goodbye.')
  // It covers neither graph nor timeline. Both are measured at once: a message below moves them when it goes.
  const covers = page.evaluate(`(() => {
    const place = (selector) => document.querySelector(selector).getBoundingClientRect()
    return place('.ps-columns').bottom > place('[aria-label="New alerts"]').top + 1
  })()`)
  expect(await covers).toBe(false)
  await takePicture(page, info, 'notice')
  await expect(page.locator('.ps-badge')).toHaveText('1')
  await page.getByRole('button', { name: /^Alerts/ }).click()
  await expect(page.locator('[data-facts]').first()).toContainText(/would have fired 1 time/)
  const card = page.getByRole('article')
  await expect(card).toHaveCount(1)
  await expect(card).toContainText(/^validators and .* leaves/)
  await takePicture(page, info, 'fired')
  // It leaves once more: the card is as old as that.
  const again = await startValidator()
  const facts = page.locator('[data-facts]').first()
  await expect(facts).toContainText(/^0 of /)
  await again.process.stop('SIGTERM')
  await expect(card).toContainText('once more')
  await expect(card).toContainText(/last (just now|\d+ s ago), first \d+ s ago/)
  await expect(card).toHaveCount(1)

  // It belongs to its network: once that is left it counts no longer, and leads into its history.
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/^Search for/).fill('leave')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(page.locator('.ps-badge')).toHaveCount(0)
  await goTo(page, 'Alerts')
  const elsewhere = page.getByRole('region', { name: 'Networks that are not joined' })
  await expect(elsewhere.getByRole('heading', { name: network })).toBeVisible()
  await takePicture(page, info, 'elsewhere')
  expect(await violations(page, 'elsewhere')).toEqual([])
  await elsewhere.getByRole('button', { name: 'Show peer' }).click()
  await expect(page.getByTestId('picture')).toContainText(network)
  const inspector = page.locator('[data-inspector]')
  await expect(inspector).toContainText('said goodbye')
  // To that departure: the address names it.
  await expect(page).toHaveURL(/[?&]departure=/)
  await expect(inspector).not.toContainText('This peer is not in the list')
  await takePicture(page, info, 'its-history')
  await page.keyboard.press('Escape')
  await goTo(page, 'Alerts')
  await card.getByRole('button', { name: /^Done with validators and / }).click()
  await expect(card.getByRole('button', { name: /^Done with / })).toHaveCount(0)

  await page.getByRole('button', { name: 'Remove validators' }).click()
  await expect(page.getByRole('button', { name: 'Edit validators' })).toHaveCount(0)
  // Of what was done last.
  await page.getByRole('button', { name: 'Undo' }).first().click()
  await expect(page.getByRole('button', { name: 'Edit validators' })).toBeVisible()
})

test('W watches the selected peer and the filter, says so, and stops', async ({ app, peer }, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const first = await peer(network, '--tag', 'role:validator')
  await joinNetwork(page, network, first.address)
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const row = page.locator(`[data-peer-id="${first.peerId}"]`)
  await row.click()
  await page.keyboard.press('w')
  await expect(page.getByText(/^Watching .*: you are told when it leaves, goes silent, or answers more/)).toBeVisible()
  await expect(row.locator('[data-watched]')).toBeVisible()
  await takePicture(page, info, 'watched')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row.locator('[data-watched]')).toHaveCount(0)

  await page.getByRole('button', { name: 'Watch this peer' }).click()
  await expect(row.locator('[data-watched]')).toBeVisible()
  await page.getByRole('button', { name: 'Stop watching this peer' }).click()
  await expect(row.locator('[data-watched]')).toHaveCount(0)
  // Of both only the newest is said.
  await expect(page.locator('.ps-said-line')).toHaveText(/^Stopped watching /)

  await page.getByRole('button', { name: 'Close inspector' }).click()
  const filter = page.locator('[data-filter]')
  await filter.fill('tag:role:validator')
  await page.getByRole('grid').focus()
  await page.keyboard.press('w')
  await expect(page.getByText('you are told when no such peer is here')).toBeVisible()
  await page.getByRole('button', { name: /^Alerts/ }).click()
  await expect(page.getByRole('button', { name: 'Edit fewer peers: tag:role:validator' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Edit leaves: tag:role:validator' })).toBeVisible()
})
