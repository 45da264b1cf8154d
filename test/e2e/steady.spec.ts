import type { Page } from '@playwright/test'
import { takeInSizes } from './app.ts'
import { expect, test } from './synthetic.ts'

const SMALL = { width: 1024, height: 640 }

/** Where the charts stand. */
async function charts(page: Page): Promise<readonly string[]> {
  return await page.locator('[data-chart-card]').evaluateAll((cards) =>
    cards.map((card) => {
      const { top, height } = card.getBoundingClientRect()
      return `${card.getAttribute('data-chart-card')} ${top} ${height}`
    }),
  )
}

test('pointing at a chart shows its values, and moves no chart', async ({ synthetic }, info) => {
  const page = await synthetic.open(undefined, 'Health')
  const plot = page.locator('[data-chart="here"]')
  await expect(plot).toBeVisible()
  for (const width of [1024, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    await page.mouse.move(0, 0)
    await expect(page.locator('.ps-chart-tip')).toHaveCount(0)
    const before = await charts(page)
    await plot.hover()
    await expect(page.locator('[data-chart-card="moves"] .ps-legend-value').first()).not.toBeEmpty()
    expect(await charts(page)).toEqual(before)
  }
  await takeInSizes(page, info, 'charts')
})

test('in a small window with the inspector, no example in the field of the filter is cut', async ({ synthetic }) => {
  const page = await synthetic.open(undefined, 'Peers')
  await page.setViewportSize(SMALL)
  const field = page.locator('[data-filter]')
  await expect(field).toHaveAttribute('placeholder', /rtt>200ms$/)
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.locator('[data-inspector]')).toBeVisible()
  await expect(field).toHaveAttribute('placeholder', /[^,]*(fox|\*|left)$/)
  await expect(field).toHaveAccessibleName(/rtt>200ms$/)
})

test('in a small window the name of a recent network is shown whole', async ({ synthetic }) => {
  const page = await synthetic.open()
  await page.setViewportSize(SMALL)
  await expect(page.getByTestId('health-strip')).toBeVisible()
  synthetic.host.tell({ status: { state: 'none' } })
  const name = page.locator('.ps-recent .ps-clip')
  await expect(name).toBeVisible()
  const fits = await name.evaluate((element) => {
    element.textContent = `Demo, 2026-12-01 01:31:07 ${'and more '.repeat(9)}`
    return element.scrollWidth <= element.clientWidth && element.scrollHeight <= element.clientHeight
  })
  expect(fits).toBe(true)
})
