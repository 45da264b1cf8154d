import { copyFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { nickname } from '../../src/shared/nickname.ts'
import { expect, goTo, ownNetwork, takeInSizes, test } from './app.ts'

/** Presses Tab, as who goes on to the next field does. */
async function leave(page: Page, field: Locator): Promise<void> {
  await page.keyboard.press('Tab')
  await expect(field).not.toBeFocused()
}

test('the time field stands still while it has the focus, and takes what is typed as it is left', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const { join } = await ownNetwork(page, peer)
  await join()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '2')
  await goTo(page, 'Timeline')
  const picture = page.getByTestId('picture')
  const slider = page.getByRole('slider', { name: 'Moment that is shown' })
  const field = page.getByRole('textbox', { name: 'Go to a time' })
  await page.locator('.ps-event').last().getByRole('button', { name: /^\d/ }).click()
  await expect(picture).toBeVisible()
  const moment = await field.inputValue()

  // Played as fast as it happened, it comes to no end.
  await page.getByRole('combobox', { name: 'Speed' }).click()
  await page.getByRole('option', { name: '1×', exact: true }).click()
  await page.getByRole('button', { name: 'Play from here' }).click()
  await expect(field).not.toHaveValue(moment)
  await field.focus()
  const held = await field.inputValue()
  const shown = await slider.getAttribute('aria-valuetext')
  const before = await slider.getAttribute('aria-valuenow')
  await expect(async () => {
    const now = `${await slider.getAttribute('aria-valuetext')} ${await slider.getAttribute('aria-valuenow')}`
    expect(now).not.toBe(`${shown} ${before}`)
  }).toPass()
  expect(await field.inputValue()).toBe(held)
  await page.keyboard.type(moment)
  expect(await field.inputValue()).toBe(moment)
  // Escape gives back what is shown by then, to be typed over.
  await page.keyboard.press('Escape')
  await expect(field).not.toHaveValue(moment)
  await page.keyboard.type('soonish')
  await expect(field).toHaveValue('soonish')

  // What is wrong is said as the field is left, and stays beside it, however far time is played.
  await leave(page, field)
  const wrong = page.getByText('“soonish” is not a time.')
  await expect(wrong).toBeVisible()
  const then = await picture.textContent()
  await expect(picture).not.toHaveText(then ?? '')
  await expect(field).toHaveValue('soonish')
  await takeInSizes(page, info, 'time-wrong')
  // It lies over nothing: below slider and field, and beside the navigation.
  const problem = page.locator('.ps-time-problem')
  const [words, side, at] = [
    await problem.boundingBox(),
    await page.locator('nav').first().boundingBox(),
    await field.boundingBox(),
  ]
  expect(words?.x).toBeGreaterThanOrEqual((side?.x ?? 0) + (side?.width ?? Infinity))
  expect(words?.y).toBeGreaterThanOrEqual((at?.y ?? 0) + (at?.height ?? Infinity))
  await expect(problem).toHaveCSS('position', 'static')
  await page.getByRole('button', { name: 'Pause' }).click()

  // What leads somewhere is gone to; left as it is, the field leads nowhere.
  await field.focus()
  await page.keyboard.type(moment)
  await leave(page, field)
  await expect(wrong).toHaveCount(0)
  await expect(field).toHaveValue(moment)
  await field.focus()
  await leave(page, field)
  await expect(field).toHaveValue(moment)
  // So is an empty one: only Enter leads to the present.
  await field.fill('')
  await leave(page, field)
  await expect(field).toHaveValue(moment)
  await field.fill('')
  await field.press('Enter')
  await expect(picture).toHaveCount(0)
  await expect(slider).toBeFocused()
})

test('fields of Compare: nothing is compared while one is wrong; typing chooses peers and open snapshots', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const { first, more, join } = await ownNetwork(page, peer, '--tag', 'role:seed')
  const second = await more('--tag', 'role:worker')
  await join()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '3')
  await goTo(page, 'Snapshots')
  const { path } = await app.saved(() => page.getByRole('button', { name: 'Export', exact: true }).click())
  for (const name of ['s1', 's2']) {
    await copyFile(path, info.outputPath(`${name}.peerscope`))
    await page.locator('input[type=file]').setInputFiles(info.outputPath(`${name}.peerscope`))
    await expect(page.getByRole('article', { name: `${name}.peerscope` })).toContainText('every signature holds')
  }

  const dialog = page.getByRole('dialog', { name: 'Compare' })
  const sum = dialog.getByTestId('compare-sum')
  const nothing = (sides: string) => dialog.getByText(`Nothing is compared while what stands in ${sides} is wrong.`)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Compare two moments')
  await page.keyboard.press('Enter')
  const before = dialog.getByRole('combobox', { name: 'Before (A)' })
  const after = dialog.getByRole('combobox', { name: 'After (B)' })
  await expect(before).toBeFocused()

  // A snapshot by a part of its name: the list has no other, and Enter or Tab take it.
  await page.keyboard.type('S1')
  await expect(page.getByRole('option')).toHaveText(['s1.peerscope'])
  await page.keyboard.press('Enter')
  await expect(before).toHaveValue('s1.peerscope')
  await expect(sum).toBeVisible()
  await before.fill('s2')
  await leave(page, before)
  await expect(before).toHaveValue('s2.peerscope')
  await expect(sum).toBeVisible()
  // The one that is gone to by arrows, though another one is first.
  await before.fill('peerscope')
  await expect(page.getByRole('option')).toHaveText(['s2.peerscope', 's1.peerscope'])
  await page.keyboard.press('ArrowDown')
  await leave(page, before)
  await expect(before).toHaveValue('s1.peerscope')
  await expect(sum).toBeVisible()

  // A side that is wrong is compared with nothing, whatever the other one is.
  for (const typed of ['99', '21:99', 'in 5m']) {
    await before.fill(typed)
    await leave(page, before)
    await expect(dialog.getByText('No snapshot that is open has that in its name.')).toBeVisible()
    await expect(nothing('A')).toBeVisible()
    await expect(sum).toHaveCount(0)
  }
  await after.fill('s2')
  await leave(page, after)
  await expect(after).toHaveValue('s2.peerscope')
  await expect(before).toHaveValue('in 5m')
  await expect(nothing('A')).toBeVisible()
  await takeInSizes(page, info, 'moments-wrong')
  // What is wrong goes with its side.
  await dialog.getByRole('button', { name: 'Swap A and B' }).click()
  await expect(after).toHaveValue('in 5m')
  await expect(nothing('B')).toBeVisible()
  // Escape brings the side back, once; then it closes.
  await after.focus()
  await page.keyboard.press('Escape')
  await expect(after).toHaveValue('s1.peerscope')
  await expect(sum).toBeVisible()
  await before.fill('soonish')
  await page.keyboard.press('Escape')
  await expect(before).toHaveValue('s2.peerscope')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)

  // Peers: the first that fits, on Tab as on Enter; what fits nobody is said.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Compare two peers')
  await page.keyboard.press('Enter')
  const [a, b] = [dialog.getByRole('combobox', { name: 'Peer A' }), dialog.getByRole('combobox', { name: 'Peer B' })]
  await expect(a).toBeFocused()
  await page.keyboard.type('seed')
  await page.keyboard.press('Enter')
  await expect(b).toBeFocused()
  await page.keyboard.type(nickname(second.peerId).slice(0, -1))
  await leave(page, b)
  await expect(b).toHaveValue(new RegExp(`^${nickname(second.peerId)} · `))
  const tags = dialog.locator('tr[data-field=tags]')
  await expect(tags).toContainText('role:worker')
  await b.focus()
  await page.keyboard.type('zebra-zz')
  await leave(page, b)
  await expect(dialog.getByText('No peer has “zebra-zz” in its name, id or tags.')).toBeVisible()
  await expect(b).toHaveValue('zebra-zz')
  await expect(nothing('B')).toBeVisible()
  await expect(tags).toHaveCount(0)
  await takeInSizes(page, info, 'peers-wrong')
  await b.focus()
  await page.keyboard.type(first.peerId)
  await page.keyboard.press('Enter')
  await expect(dialog.getByText('That is the other one of the two.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(b).toHaveValue(new RegExp(`^${nickname(second.peerId)} · `))
  await expect(tags).toContainText('role:worker')

  // A verb is for the one that has what is typed in its name; of two it asks for the id.
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Ping a peer')
  await page.keyboard.press('Enter')
  const ping = page.getByRole('dialog', { name: 'Ping a peer' })
  await page.keyboard.type('12D3Koo')
  await page.keyboard.press('Enter')
  await expect(ping.locator('[aria-invalid=true]')).toHaveCount(1)
  await ping.getByRole('combobox').fill(nickname(second.peerId).slice(1))
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Answered in /).first()).toBeVisible()
  await expect(ping).toHaveCount(0)
})
