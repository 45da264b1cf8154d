/** Keys that are pressed sooner than a busy machine draws: none is lost, and none acts on the page behind what was opened. */
import type { Page } from '@playwright/test'
import { expect, test } from './synthetic.ts'

// With the animations that take time.
test.use({ motion: true })

interface Press {
  readonly key: string
  readonly ctrlKey?: boolean
}

/**
 * Presses a key where the focus is, and tells where the focus is once the page has done what it does at once: no frame is drawn
 * and no timer runs in between, as where the next key waits already.
 */
function focusAfter(page: Page, { key, ctrlKey = false }: Press): Promise<string> {
  const code = key.length === 1 ? `Key${key.toUpperCase()}` : key
  const init = JSON.stringify({ key, code, ctrlKey, bubbles: true, cancelable: true })
  return page.evaluate<string>(`(async () => {
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', ${init}))
    for (let n = 0; n < 20; n++) await Promise.resolve()
    const at = document.activeElement
    return at.getAttribute('placeholder') ?? at.closest('[role=dialog]')?.querySelector('h2')?.textContent ?? 'page'
  })()`)
}

test('the palette has the focus before the next key, each time with an empty field', async ({ synthetic }) => {
  const page = await synthetic.open()
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')
  await graph.focus()
  const search = page.getByPlaceholder(/^Search for a command/)
  expect(await focusAfter(page, { key: 'k', ctrlKey: true })).toMatch(/^Search for a command/)
  await page.keyboard.press('Escape')
  await expect(search).toHaveCount(0)
  await expect(graph).toBeFocused()

  // As fast as keys can be pressed.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('go to alerts')
  await page.keyboard.press('Enter')
  const alerts = page.getByRole('button', { name: /^Alerts/ })
  await expect(alerts).toHaveAttribute('aria-current', 'page')
  await expect(search).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('ping')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await expect(search).toHaveValue('')
  await page.keyboard.type('w')
  await expect(search).toHaveValue('w')
  await page.keyboard.press('Escape')
})

test('so has every dialog that a key opens; keys of the window do nothing meanwhile', async ({ synthetic }) => {
  const page = await synthetic.open()
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')
  await graph.focus()
  await page.keyboard.press('n')
  await expect(page.locator('[data-inspector]')).toBeVisible()
  await graph.focus()
  expect(await focusAfter(page, { key: 'v' })).toBe('Name, id or tag')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(graph).toBeFocused()
  // One that the palette opens, in its place.
  await page.keyboard.press('Control+k')
  await page.keyboard.type('dial an address')
  expect(await focusAfter(page, { key: 'Enter' })).toMatch(/^\/ip4|^\/dns/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  expect(await focusAfter(page, { key: '/' })).toContain('fox')

  await graph.focus()
  expect(await focusAfter(page, { key: '?' })).toBe('Keyboard shortcuts')
  // Even where the focus was lost.
  const network = page.getByRole('button', { name: 'Network', exact: true })
  for (const keys of [['g', 'a'], ['/'], ['w']]) {
    await page.evaluate(`{
      document.activeElement.blur()
      for (const key of ${JSON.stringify(keys)})
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
    }`)
    await expect(network).toHaveAttribute('aria-current', 'page')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
    await expect(page.locator('[data-filter]')).not.toBeFocused()
  }
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByText(/^Watching /)).toHaveCount(0)
})
