import { randomUUID } from 'node:crypto'
import { startCli } from '../support/cli-process.ts'
import { expect, goTo, joinNetwork, takeInSizes, takePicture, test } from './app.ts'
import { crawlUntil } from './crawls.ts'

test('a crawl: begun, counted, its links stored, looked at, compared; by the palette too; called off', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const shot = (name: string) => takePicture(page, info, name)
  const network = `e2e-${randomUUID()}`
  const silent = await peer(network, '--answer-neighbors', 'false')
  await using swarm = startCli([
    'swarm',
    '--network',
    network,
    '--nodes',
    '6',
    '--seed',
    '2',
    '--bootstrap',
    silent.address,
    '--announce-interval',
    '1s',
  ])
  await swarm.waitFor('swarm')
  await joinNetwork(page, network, silent.address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '8')

  const card = page.getByTestId('crawl-card')
  await page.getByRole('button', { name: 'Crawl', exact: true }).click()
  await expect(card).toHaveAttribute('data-state', 'idle')
  await shot('before')
  await expect(card.getByRole('button', { name: 'Crawl now' })).toBeVisible()
  const crawls = await crawlUntil(card, /^6answered1refused0no answer\d+links$/)
  await expect(card).toContainText('7 of 7 asked')
  await expect(card).toContainText(`peerscope crawl --network ${network} --bootstrap /ip4/127.0.0.1/tcp/`)
  // Seven peers and us in one island.
  const links = async (): Promise<number> => Number(await page.getByTestId('graph').getAttribute('data-links'))
  await expect.poll(links).toBeGreaterThan(6)
  const stored = card.getByRole('listitem')
  // Ten seconds after the join the links are stored by themselves too: whether the crawl is over by then goes by the machine.
  await expect.poll(() => stored.count()).toBeGreaterThanOrEqual(crawls)
  expect(await stored.count()).toBeLessThanOrEqual(crawls + 1)
  await card
    .getByRole('button', { name: /^Since then/ })
    .first()
    .click()
  await expect(stored.first()).toContainText(/all links are the same|came, \d+ went/)
  await shot('light')
  await page.emulateMedia({ colorScheme: 'dark' })
  await shot('dark')

  // The picture of that moment has its links; back at now the card is as it was.
  await card
    .getByRole('button', { name: /^Look at it/ })
    .first()
    .click()
  await expect(page.getByTestId('picture')).toContainText('The past')
  await expect.poll(async () => Number(await page.getByTestId('graph').getAttribute('data-links'))).toBeGreaterThan(6)
  await expect(card).toHaveCount(0)
  await shot('past')
  await page.getByRole('button', { name: 'Back to now' }).first().click()
  await expect(card).toHaveAttribute('data-state', 'done')

  // One that answers nothing for seconds: the crawl waits for it, until it is called off.
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const frozen = await peer(network, '--bootstrap', silent.address)
  await expect(page.locator(`[data-peer-id="${frozen.peerId}"]`)).toHaveAttribute('data-state', 'online')
  process.kill(frozen.process.pid, 'SIGSTOP')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('crawl the')
  await page.getByRole('button', { name: 'Crawl the network', exact: true }).click()
  await card.getByRole('button', { name: 'Cancel' }).click()
  await expect(card).toHaveAttribute('data-state', 'cancelled')
  await card.getByRole('button', { name: 'Close the crawl' }).click()
  await expect(card).toHaveCount(0)
})

test.describe('with things that move', () => {
  test.use({ motion: true })

  test('a hidden window draws nothing, and what it missed when it is shown again', async ({ app, peer }) => {
    const { page } = app
    // Counts what is drawn, and hides the page at will.
    await page.addInitScript(`{
      globalThis.drawn = 0
      const { prototype } = WebGL2RenderingContext
      const real = prototype.drawArrays
      prototype.drawArrays = function (...args) {
        globalThis.drawn += 1
        return real.apply(this, args)
      }
      const clear = CanvasRenderingContext2D.prototype.clearRect
      CanvasRenderingContext2D.prototype.clearRect = function (...args) {
        globalThis.drawn += 1
        return clear.apply(this, args)
      }
      let hidden = false
      Object.defineProperty(document, 'hidden', { get: () => hidden })
      Object.defineProperty(document, 'visibilityState', { get: () => (hidden ? 'hidden' : 'visible') })
      globalThis.hide = (now) => {
        hidden = now
        document.dispatchEvent(new Event('visibilitychange'))
      }
    }`)
    await page.reload()
    const drawn = () => page.evaluate<number>('drawn')
    const network = `e2e-${randomUUID()}`
    const first = await peer(network)
    await joinNetwork(page, network, first.address)
    const graph = page.getByTestId('graph')
    await expect(graph).toHaveAttribute('data-peers', '2')
    expect(await drawn()).toBeGreaterThan(0)

    await page.evaluate('hide(true)')
    const before = await drawn()
    await peer(network, '--bootstrap', first.address)
    await peer(network, '--bootstrap', first.address)
    // The words go on: the window knows of them.
    await expect(page.getByRole('banner')).toContainText('3 peers here')
    expect(await drawn()).toBe(before)
    await expect(graph).toHaveAttribute('data-peers', '2')

    await page.evaluate('hide(false)')
    await expect(graph).toHaveAttribute('data-peers', '4')
    await expect.poll(drawn).toBeGreaterThan(before)
  })
})

test('a crawl by somebody else: its lines say so, and the sentence does not count it among those that left, now and then', async ({
  app,
  peer,
}, info) => {
  const { page } = app
  const network = `e2e-${randomUUID()}`
  const other = await peer(network)
  await joinNetwork(page, network, other.address)
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '2')
  await using crawl = startCli(['crawl', '--network', network, '--bootstrap', other.address, '--no-dht', '--no-mdns'])
  expect(await crawl.exited()).toBe(0)
  await goTo(page, 'Timeline')
  const lines = page.locator('.ps-event').filter({ hasText: 'a crawl (peerscope-crawl): ' })
  const left = lines.filter({ hasText: 'said goodbye' })
  await expect(lines.filter({ hasText: 'discovered by ' })).toHaveCount(1)
  await expect(left).toHaveCount(1)
  const phrase = page.locator('[data-phrase=left]')
  await expect(phrase).toHaveText(/nobody left/)
  await expect(phrase).toHaveAttribute('title', /Not counted: 1 crawl\./)
  await takeInSizes(page, info, 'crawl')
  await left.getByRole('button').first().click()
  await expect(page.getByTestId('health-strip')).toContainText('As of')
  await expect(phrase).toHaveText(/nobody left/)
  await expect(phrase).toHaveAttribute('title', /Not counted: 1 crawl\./)
})
