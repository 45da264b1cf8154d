import { fakeStatus, peerIdAt } from '../support/renderer/fake-network.ts'
import { takeInSizes } from './app.ts'
import { expect, test } from './synthetic.ts'

test('the long address that is dialed stays in its card', async ({ synthetic }, info) => {
  const page = await synthetic.open(undefined, 'Health')
  const card = page.getByRole('region', { name: 'Alone on the network so far' })
  const trying = [`dialing /ip4/127.0.0.1/tcp/40069/p2p/${peerIdAt(1)}`]
  synthetic.host.tell({ status: { ...fakeStatus(0, Date.now()), state: 'alone', neighbors: 0, trying } })
  await expect(card).toContainText('dialing /ip4/127.0.0.1')
  for (const width of [1024, 1440]) {
    await page.setViewportSize({ width, height: 800 })
    expect(await card.evaluate((box) => box.scrollWidth <= box.clientWidth)).toBe(true)
  }
  await takeInSizes(page, info, 'alone')
})

test('on a very wide window charts beside each other are of one height', async ({ synthetic }, info) => {
  const page = await synthetic.open(undefined, 'Health')
  await page.setViewportSize({ width: 2560, height: 1440 })
  const left = async (chart: string): Promise<number> => {
    const card = await page.locator(`[data-chart-card="${chart}"]`).boundingBox()
    const plot = await page.locator(`[data-chart-card="${chart}"] .ps-plot`).boundingBox()
    return Math.round((card?.y ?? 0) + (card?.height ?? 0) - (plot?.y ?? 0) - (plot?.height ?? 0))
  }
  await expect(page.locator('[data-chart-card="islands"] .ps-plot')).toBeVisible()
  const rest = await left('moves')
  for (const chart of ['here', 'rtt', 'islands']) expect([chart, await left(chart)]).toEqual([chart, rest])
  await takeInSizes(page, info, 'wide')
})
