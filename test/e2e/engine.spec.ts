import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { StoreInUse } from '../../src/shared/errors.ts'
import { goTo, takePicture } from './app.ts'
import { expect, test } from './desktop-page.ts'
import { violations } from './page/axe.ts'

const FITS = join(import.meta.dirname, 'page', 'fits.js')

/** What is wrong with the page as it is: to be reached, read and seen, in both themes and the smallest window. */
async function flaws(page: Page, what: string): Promise<readonly string[]> {
  const found = await violations(page, what)
  const size = page.viewportSize()
  await page.setViewportSize({ width: 1024, height: 640 })
  const cut = await page.evaluate<readonly string[]>('fits()')
  if (size !== null) await page.setViewportSize(size)
  return [...found, ...cut]
}

test('an engine that stops is said in the window, and is restarted there', async ({ desktop }, info) => {
  const { engine } = desktop
  engine.start({ kind: 'join', input: { network: 'mosaic-main' } })
  const page = await desktop.open()
  await page.addInitScript({ path: FITS })
  await page.reload()
  await goTo(page, 'Network')
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')
  await page.evaluate('globalThis.same = true')
  await page.keyboard.press('Control+k')

  engine.fail(new Error('the catalog’s index is broken'))
  await expect(page.getByRole('heading', { name: 'Peerscope stopped watching the network' })).toBeVisible()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('The catalog’s index is broken')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const restart = page.getByRole('button', { name: 'Restart and rejoin mosaic-main' })
  await expect(restart).toBeFocused()
  await page.getByText('Details', { exact: true }).click()
  await expect(page.getByText('Peerscope 0.0.0, a test')).toBeVisible()
  await takePicture(page, info, 'stopped')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Copy details' }).click()
  await expect(page.getByText('Copied', { exact: true })).toBeVisible()
  expect(await page.evaluate<string>('navigator.clipboard.readText()')).toContain(
    'Error: the catalog’s index is broken',
  )
  await page.getByRole('button', { name: 'Open logs' }).click()
  await expect.poll(() => desktop.logsOpened).toBe(1)
  expect(await flaws(page, 'stopped')).toEqual([])

  // It cannot start: the window says that instead, and the keyboard stays where it can go on.
  desktop.refuse = new StoreInUse('another Peerscope uses /home/ann/peerscope')
  await restart.click()
  await expect(page.getByRole('heading', { name: 'Peerscope could not start' })).toBeVisible()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Another Peerscope uses /home/ann/peerscope')
  await expect(page.getByRole('main').getByRole('alert')).toContainText(
    'Close the other Peerscope that uses this data folder',
  )
  const again = page.getByRole('button', { name: 'Try again' })
  await expect(again).toBeFocused()
  await page.emulateMedia({ colorScheme: 'dark' })
  await takePicture(page, info, 'not-started')
  expect(await flaws(page, 'not started')).toEqual([])

  desktop.refuse = null
  await page.keyboard.press('Enter')
  await expect(graph).toHaveAttribute('data-peers', '40')
  await expect(page.getByText(/engine/)).toHaveCount(0)
  await expect(page.getByRole('status', { name: 'Network status' })).toHaveText('online')
  expect(await page.evaluate('globalThis.same')).toBe(true)
})

test('an engine that cannot start is said in the window, which then gets its first picture', async ({ desktop }) => {
  desktop.refuse = new Error('SQLITE_CANTOPEN')
  desktop.engine.start(null)
  const page = await desktop.open()
  const again = page.getByRole('button', { name: 'Try again' })
  await expect(again).toBeFocused()
  await expect(page.getByText('If it fails again, copy the details')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Restart without joining' })).toHaveCount(0)
  desktop.refuse = null
  await again.click()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
})
