import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Download, Page } from '@playwright/test'
import { fitTo, marginsFor, toScreen } from '../../src/renderer/src/graph/camera.ts'
import { expect, joinNetwork, takePicture, test } from './app.ts'

/** The end of a peer's id, x, y, and 1 where it is pinned; as the window remembers it. */
type Place = readonly [tail: string, x: number, y: number, pinned?: number]

test.use({ motion: true })

test('two peers and the line between them: explained, pinned, frozen, filtered, saved, drawn again', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const graph = page.getByTestId('graph')
  const card = page.getByTestId('edge-card')
  const shot = (name: string) => takePicture(page, info, name)
  const network = `e2e-${randomUUID()}`
  const { address, peerId } = await peer(network, '--tag', 'role:seed')
  await joinNetwork(page, network, address)
  await expect(graph).toHaveAttribute('data-peers', '2')
  await expect(graph).toHaveAttribute('data-edges', '1')
  await expect.poll(async () => (await places(page)).length).toBe(2)

  // The graph is shown whole: the line between two peers goes through the middle.
  const box = await graph.boundingBox()
  if (box === null) throw new Error('the graph is not shown')
  const { left, right, top, bottom } = await marginsOn(page, box)
  const middle = [box.x + (box.width + left - right) / 2, box.y + (box.height + top - bottom) / 2] as const
  await page.mouse.click(...middle)
  await expect(card).toContainText(/has a live connection with|has .* as a gossip neighbor/)
  await expect(card).toContainText(/seen by this peer, since|said by .*, as of/)
  await shot('edge')
  await graph.focus()
  await page.keyboard.press('Escape')
  await expect(card).toHaveCount(0)

  // From peer to peer, and to its line, by keys alone.
  await page.keyboard.press('n')
  await page.keyboard.press('n')
  await expect(page.locator('[data-inspector]')).toBeVisible()
  await page.keyboard.press('e')
  await expect(card).toBeVisible()
  await page.keyboard.press('f')
  await expect(page.getByText('Layout frozen')).toBeVisible()
  await page.keyboard.press('l')
  await expect(page.getByRole('button', { name: 'Let the selected peer go (L)' })).toBeVisible()
  await expect.poll(async () => (await places(page)).filter(([, , , pinned]) => pinned === 1).length).toBe(1)
  await page.keyboard.press('l')
  await expect(page.getByRole('button', { name: 'Pin the selected peer in its place (L)' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(page.locator('[data-inspector]')).toHaveCount(0)

  // A peer that is dragged stays where it is put, also in a window that is opened anew.
  await page.keyboard.press('0')
  const [x, y] = await placeOnScreen(page, peerId)
  await expect(async () => {
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x + 20, y + 10)
    await page.mouse.move(x + 60, y + 30)
    await page.mouse.up()
    expect((await placeOf(page, peerId))?.[3]).toBe(1)
  }).toPass()
  const put = await placeOf(page, peerId)
  await shot('dragged')
  await page.reload()
  await expect(graph).toHaveAttribute('data-peers', '2')
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  expect(await placeOf(page, peerId)).toEqual(put)

  await page.getByLabel('Filter the graph').fill('tag:role:seed')
  await expect(graph).toHaveAttribute('data-matches', '1')
  // What is fitted to the view by then is said.
  await expect(page.getByRole('button', { name: 'Fit to view (0)' })).toHaveCount(0)
  await page.getByRole('button', { name: 'Fit what the filter matches to view (0)' }).click()
  await page.getByRole('button', { name: /^Colour by/ }).click()
  await page.getByRole('menuitemradio', { name: 'Group', exact: true }).click()
  await expect(page.getByText('no group')).toBeVisible()
  await shot('filtered')
  await page.getByLabel('Filter the graph').fill('')

  // What is said of the saved file takes its room at the end of the window.
  const now = await graph.boundingBox()
  const png = await readFile(await (await save(page, 'PNG')).path())
  expect(png.subarray(1, 4).toString()).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([
    Math.round((now?.width ?? 0) * 2),
    Math.round((now?.height ?? 0) * 2),
  ])
  const svg = await readFile(await (await save(page, 'SVG')).path(), 'utf8')
  expect(svg.match(/<circle /g)).toHaveLength(2)
  expect(svg.match(/<line /g)).toHaveLength(1)
  expect(svg).toContain(network)

  // A graphics driver that restarts takes everything away; the picture comes back as it was.
  const canvas = graph.locator('canvas').first()
  const before = await canvas.screenshot()
  await canvas.evaluate(`(canvas) => {
    const lost = canvas.getContext('webgl2').getExtension('WEBGL_lose_context')
    canvas.addEventListener('webglcontextlost', () => setTimeout(() => lost.restoreContext()), { once: true })
    return new Promise((resolve) => {
      canvas.addEventListener('webglcontextrestored', resolve, { once: true })
      lost.loseContext()
    })
  }`)
  await expect.poll(async () => before.equals(await canvas.screenshot())).toBe(true)
})

test('the look of the graph: arranged by a key of tags, coloured by it, all links on demand, kept for the network', async ({
  app,
  peer,
}) => {
  const { page } = app
  const graph = page.getByTestId('graph')
  const network = `e2e-${randomUUID()}`
  const { address } = await peer(network, '--tag', 'role:seed')
  await joinNetwork(page, network, address)
  await expect(graph).toHaveAttribute('data-peers', '2')
  await expect(page.getByTestId('links-shown')).toHaveText('1 link')
  await graph.focus()
  await page.keyboard.press('b')
  await expect(page.getByTestId('links-shown')).toHaveAttribute('aria-pressed', 'true')
  await page.getByRole('button', { name: /^Arrange/ }).click()
  await page.getByRole('menuitemradio', { name: 'Rings by round trip' }).click()
  await graph.focus()
  await page.keyboard.press('o')
  await expect(page.getByTitle('Round-trip time from 5 to 500 ms')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Arrange: Rings by round trip' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Colour by: Round trip' })).toBeVisible()
  await expect(page.getByTestId('links-shown')).toHaveAttribute('aria-pressed', 'true')
})

test('a machine without WebGL2 is told so, and has the list', async ({ app, peer }) => {
  const { page } = app
  await page.addInitScript(`{
    const real = HTMLCanvasElement.prototype.getContext
    HTMLCanvasElement.prototype.getContext = function (kind, ...more) {
      return kind === 'webgl2' ? null : real.call(this, kind, ...more)
    }
  }`)
  await page.reload()
  const network = `e2e-${randomUUID()}`
  const { address, peerId } = await peer(network)
  await joinNetwork(page, network, address)
  await expect(page.getByText(/needs WebGL 2, which this machine does not offer/)).toBeVisible()
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  await expect(page.locator(`[data-peer-id="${peerId}"]`)).toBeVisible()
})

function places(page: Page): Promise<readonly Place[]> {
  return page.evaluate<readonly Place[]>(`(() => {
    const key = Object.keys(localStorage).find((one) => one.startsWith('peerscope.positions.'))
    return key === undefined ? [] : JSON.parse(localStorage.getItem(key))
  })()`)
}

async function placeOf(page: Page, peerId: string): Promise<Place | undefined> {
  return (await places(page)).find(([tail]) => peerId.endsWith(tail))
}

/** Where a peer is on the screen while the graph is shown whole. */
async function placeOnScreen(page: Page, peerId: string): Promise<readonly [number, number]> {
  const all = await places(page)
  const found = await placeOf(page, peerId)
  const box = await page.getByTestId('graph').boundingBox()
  if (found === undefined || box === null) throw new Error('the peer has no place')
  const [xs, ys] = [all.map(([, x]) => x), all.map(([, , y]) => y)]
  const bounds = { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) }
  const [x, y] = toScreen(fitTo(bounds, box, await marginsOn(page, box)), box, found[1], found[2])
  return [box.x + x, box.y + y]
}

/** What is kept free of peers around a graph that is shown whole. */
async function marginsOn(page: Page, box: { readonly x: number; readonly y: number; readonly width: number }) {
  const bar = await page.locator('.ps-graph-top').boundingBox()
  const buttons = await page.locator('.ps-graph-corner').boundingBox()
  return marginsFor([
    { side: 'top', reach: (bar?.y ?? 0) + (bar?.height ?? 0) - box.y },
    { side: 'right', reach: box.x + box.width - (buttons?.x ?? 0) },
  ])
}

async function save(page: Page, format: 'PNG' | 'SVG'): Promise<Download> {
  await page.getByRole('button', { name: 'Save the graph' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: new RegExp(format) }).click(),
  ])
  return download
}
