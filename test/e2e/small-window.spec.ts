import type { Locator } from '@playwright/test'
import { expect, test } from './synthetic.ts'

const SMALL = { width: 1024, height: 640 }

test.use({ size: 2000 })

/** Where it is on the page. */
async function boxOf(found: Locator): Promise<{ readonly left: number; readonly right: number }> {
  const box = await found.boundingBox()
  if (box === null) throw new Error('it is not shown')
  return { left: box.x, right: box.x + box.width }
}

test('in a small window the filter of a large graph is readable while that is arranged', async ({ synthetic }) => {
  const page = await synthetic.open()
  await page.setViewportSize(SMALL)
  const stop = page.getByRole('button', { name: 'Stop', exact: true })
  await page.getByRole('combobox', { name: /^Filter the graph/ }).fill('tag:role:validator')
  await expect(page.locator('.ps-graph-filter')).toContainText(/\d+ of 1,999/)
  await expect(stop).toBeVisible()
  const field = page.locator('.ps-graph-filter input')
  const room = await page.evaluate<number>(`(() => {
    const input = document.querySelector('.ps-graph-filter input')
    const { paddingLeft, paddingRight } = getComputedStyle(input)
    return input.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight)
  })()`)
  expect(room).toBeGreaterThan(110)
  const [text, crawl, end] = [
    await boxOf(field),
    await boxOf(page.getByRole('button', { name: 'Crawl', exact: true })),
    await boxOf(stop),
  ]
  expect(text.right).toBeLessThanOrEqual(crawl.left)
  expect(end.right).toBeLessThanOrEqual(SMALL.width)
})

test('in a small window tags of a peer are seen as it is opened, and no terms of the filter over each other', async ({
  synthetic,
}) => {
  const page = await synthetic.open(undefined, 'Peers')
  await page.setViewportSize(SMALL)
  await page.getByRole('combobox', { name: /^Filter/ }).fill('state:here -name:zebra rtt>0')
  const terms = page.getByRole('list', { name: 'What is set' }).getByRole('listitem')
  await expect(terms).toHaveCount(3)
  const ends = await Promise.all((await terms.all()).map(boxOf))
  const rows = await Promise.all((await terms.all()).map(async (term) => (await term.boundingBox())?.y))
  expect(
    ends.every(({ left }, index) => rows[index] !== rows[index - 1] || left >= (ends[index - 1]?.right ?? 0)),
  ).toBe(true)
  await page.getByRole('row').nth(1).click()
  await expect(page.locator('[data-section=tags]')).toBeInViewport({ ratio: 1 })
  await expect(terms.first()).toBeHidden()
})
