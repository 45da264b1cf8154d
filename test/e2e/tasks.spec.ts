import { randomUUID } from 'node:crypto'
import { copyFile, readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { MultiGraph } from 'graphology'
import { parse as parseGexf } from 'graphology-gexf'
import { formatInvitation } from '../../src/shared/invitation.ts'
import { startCli } from '../support/cli-process.ts'
import { slowProxy } from '../support/slow-proxy.ts'
import { expect, goTo, QUICK, takeInSizes, takeTaskPicture, test } from './app.ts'
import { inClicks } from './clicks.ts'
import { crawlUntil } from './crawls.ts'
import { violations } from './page/axe.ts'

/** How much later the slow peer hears and answers, milliseconds each way; and once we are in, so that it stands out also on a busy machine. */
const SLOW_MS = 150
const SLOWER_MS = 1000
/** Peers of the island that is lost. */
const ISLAND = 5
/** Peers of ours, once it is lost: ourselves, the first, the validator, the slow one and the newcomer. */
const HERE = 5

// Long enough that a split is seen before those who are gone count as silent.
test.use({ purgeAfter: 40_000 })

test('the nine tasks of docs/tasks.md, each in at most three clicks', async ({ app, peer }, info) => {
  // A walk through all nine takes a minute, and three on a busy machine.
  test.setTimeout(420_000)
  const { page } = app
  const network = `tasks-${randomUUID().slice(0, 8)}`
  const strip = page.getByTestId('health-strip')
  const table = page.getByRole('grid', { name: 'Peers' })
  const filter = page.locator('[data-filter]')
  const row = (peerId: string) => table.locator(`[data-peer-id="${peerId}"]`)

  const first = await peer(network, '--tag', 'role:seed', '--tag', 'client:1.5.0')
  const start = ['--bootstrap', first.address]
  const islandStarts = startIsland(network, first.address)
  const [validator, slow] = await Promise.all([
    peer(network, ...start, '--tag', 'role:validator', '--tag', 'client:1.5.0'),
    peer(network, ...start, '--tag', 'role:relay'),
  ])
  await using island = await islandStarts
  const [, port = ''] = /\/tcp\/(\d+)\//.exec(slow.address) ?? []
  await using proxy = await slowProxy(Number(port), SLOW_MS)

  await test.step('join by invitation', async () => {
    const bootstrap = [slow.address.replace(`/tcp/${port}/`, `/tcp/${proxy.port}/`)]
    const link = formatInvitation({ network, bootstrap })
    await inClicks(page, 2, async () => {
      await page.getByLabel('Network', { exact: true }).click()
      await page.keyboard.insertText(`Come and see: ${link}`)
      await expect(page.getByText(/^Filled in from the invitation: .* 1 address/)).toBeVisible()
      await takeTaskPicture(page, 'join', 'light')
      await page.getByRole('button', { name: 'Join', exact: true }).click()
    })
    await expect(strip.locator('[data-phrase=here]')).toHaveText(`${ISLAND + 3} here`)
  })

  await test.step('who is slowest, and why', async () => {
    proxy.delayMs = SLOWER_MS
    await inClicks(page, 3, async () => {
      await goTo(page, 'Peers')
      await table.getByRole('button', { name: 'RTT', exact: true }).click()
      const slowest = table.locator('[data-peer-id]').first()
      // A machine that is busy makes all of them slow, for a while.
      await expect(slowest).toHaveAttribute('data-peer-id', slow.peerId, { timeout: 90_000 })
      await slowest.click()
    })
    const why = page.locator('[data-section=why]')
    const says = /is slow \(it answers in \d+ ms, others in \d+ ms\).*(far away|busy|our own machine stalled)/
    await expect(why.locator('[data-matter=slow]')).toContainText(says, { timeout: 90_000 })
    await expect(why.getByRole('list', { name: 'Possible causes' }).getByRole('listitem').first()).toBeVisible()
    await takeTaskPicture(page, 'slowest', 'dark')
    await page.getByRole('button', { name: 'Close inspector' }).click()
    proxy.delayMs = 0
  })

  await test.step('old versions, or a missing tag', async () => {
    await inClicks(page, 3, async () => {
      await goTo(page, 'Health')
      await page.getByRole('combobox', { name: 'Count by' }).click()
      await page.getByRole('option', { name: 'tag client' }).click()
    })
    await expect(page.locator('[data-slice="1.5.0"]')).toContainText('2')
    await expect(page.locator('[data-slice]').filter({ hasText: 'no client' })).toContainText('1')
    await inClicks(page, 2, async () => {
      await goTo(page, 'Peers')
      await filter.click()
      await page.keyboard.type('-tag:client:1.5.0 -self:yes')
      await page.keyboard.press('Enter')
    })
    await expect(table).toHaveAttribute('aria-rowcount', String(1 + ISLAND + 1))
    await expect(row(slow.peerId)).toBeVisible()
    await takeTaskPicture(page, 'versions', 'dark')
    await filter.fill('')
  })

  await test.step('export for Gephi', async () => {
    await goTo(page, 'Network')
    await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', String(ISLAND + 4))
    await page.getByRole('button', { name: /^Colour by/ }).click()
    await page.getByRole('menuitemradio', { name: 'role', exact: true }).click()
    await expect(page.getByText('no role')).toBeVisible()
    await page.getByRole('button', { name: 'Freeze the layout (F)' }).click()
    await goTo(page, 'Health')
    const gexf = await app.saved(() =>
      inClicks(page, 3, async () => {
        await goTo(page, 'Network')
        await page.getByRole('button', { name: 'Save the graph' }).click()
        await takeTaskPicture(page, 'gephi', 'dark')
        await page.getByRole('menuitem', { name: 'Save for Gephi (GEXF)' }).click()
      }),
    )
    expect(gexf.name).toMatch(/\.gexf$/)
    const graph = parseGexf(MultiGraph, await readFile(gexf.path, 'utf8'))
    expect(graph.order).toBe(ISLAND + 4)
    expect(graph.getNodeAttributes(first.peerId)).toMatchObject({ 'tag:role': 'seed', 'tag:client': '1.5.0' })
    expect(graph.getNodeAttributes(slow.peerId)).toMatchObject({ 'tag:role': 'relay' })
    expect(graph.getNodeAttribute(slow.peerId, 'tag:client')).toBeUndefined()
    // The places and colours are those of the drawing that the window saves.
    const drawing = circlesOf(await readFile((await saveSvg(app)).path, 'utf8'))
    const nodes = graph.mapNodes((_id, node) => ({
      x: node['x'] as number,
      y: node['y'] as number,
      colour: hex(node['color'] as string),
    }))
    expect(nodes.toSorted((a, b) => a.x - b.x).map(({ colour }) => colour)).toEqual(
      drawing.toSorted((a, b) => a.x - b.x).map(({ colour }) => colour),
    )
    expect(nodes.toSorted((a, b) => b.y - a.y).map(({ colour }) => colour)).toEqual(
      drawing.toSorted((a, b) => a.y - b.y).map(({ colour }) => colour),
    )
    expect(new Set(nodes.map(({ colour }) => colour)).size).toBeGreaterThan(2)
  })

  // A whole second while all are here.
  const whole = clock()
  await expect.poll(() => clock()).not.toBe(whole)

  // A split is seen by what peers said of their links before: all of them were asked.
  const crawl = page.getByTestId('crawl-card')
  const ask = crawl.getByRole('button', { name: /^Crawl (now|again)$/ })
  await goTo(page, 'Network')
  await page.getByRole('button', { name: 'Crawl', exact: true }).click()
  await crawlUntil(crawl, new RegExp(`^${ISLAND + 3}answered`))
  await page.getByRole('button', { name: 'Close the crawl' }).click()

  const lost = Date.now()
  await island.stop('SIGKILL')
  // Somebody whom the lost ones never met.
  const newcomer = await peer(network, ...start, '--tag', 'role:newcomer')

  await test.step('did it split', async () => {
    // What a peer says of a link counts for 5 s after the other end stopped saying so.
    await expect.poll(() => Date.now() - lost).toBeGreaterThan(6000)
    await goTo(page, 'Peers')
    await expect(row(newcomer.peerId)).toBeVisible()
    await goTo(page, 'Health')
    await inClicks(page, 3, async () => {
      await goTo(page, 'Network')
      await page.getByRole('button', { name: 'Crawl', exact: true }).click()
      await ask.click()
    })
    await expect(crawl).toContainText(`2 islands: ${ISLAND} and ${HERE}`)
    // It was killed, so as soon as one of its peers refuses a dial it only looks like an island.
    await expect(strip.locator('[data-phrase=islands]')).toHaveText(
      new RegExp(`^(looks like )?2 islands: ${ISLAND} and ${HERE}, us included$`),
    )
    await goTo(page, 'Health')
    await expect(page.locator('[data-matter=split]')).toContainText(/The network (is|looks) split into 2 islands/)
    await takeTaskPicture(page, 'split', 'light')
    // Who is where: the graph in the colours of the islands.
    await strip.locator('[data-phrase=islands]').click()
    await expect(page.getByTestId('graph')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Colour by/ })).toContainText('Island')
    await takeInSizes(page, info, 'islands')
  })

  await test.step('what does one peer know that another does not', async () => {
    const { peerId: other } = await island.waitFor('joined')
    const dialog = page.getByRole('dialog', { name: 'Compare' })
    await inClicks(page, 3, async () => {
      await goTo(page, 'Peers')
      await row(first.peerId).click()
      await page.getByRole('button', { name: 'Compare with …' }).click()
      await expect(dialog.getByRole('combobox', { name: 'Peer B' })).toBeFocused()
      await page.keyboard.type(String(other))
      await page.keyboard.press('Enter')
    })
    const list = dialog.getByTestId('compare-list')
    await expect(list).toHaveAttribute('data-list', 'only-a')
    await expect(list.locator(`[data-peer="${newcomer.peerId}"]`)).toBeVisible()
    await expect(list).toContainText(/(live connection|gossip neighbor).* told by/)
    await takeTaskPicture(page, 'compare', 'light')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Close inspector' }).click()
  })

  await test.step('tell me when a validator goes', async () => {
    await goTo(page, 'Health')
    await inClicks(page, 2, async () => {
      await goTo(page, 'Peers')
      await filter.click()
      await page.keyboard.type('tag:role:validator')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Tab')
      await page.keyboard.press('w')
    })
    await expect(page.getByText(/^Watching “tag:role:validator”: you are told when fewer than \d/)).toBeVisible()
    await validator.process.stop('SIGTERM')
    const notices = page.getByRole('region', { name: 'New alerts' })
    await expect(notices).toContainText('It said goodbye.')
    await takeTaskPicture(page, 'watch', 'light')
    const said = page.locator('[data-said]').filter({ hasText: /^Watching / })
    await said.getByRole('button').last().click()
    await filter.fill('')
  })

  await test.step('show a colleague the network of an hour ago', async () => {
    const shared = await app.saved(() =>
      inClicks(page, 3, async () => {
        await goTo(page, 'Timeline')
        await page.getByRole('textbox', { name: 'Go to a time' }).click()
        await page.keyboard.type(whole)
        await page.keyboard.press('Enter')
        await expect(page.getByTestId('picture')).toContainText(/The past: the network at .*, with \d+ peers here/)
        await page.getByRole('button', { name: 'Share this moment' }).click()
      }),
    )
    await takeTaskPicture(page, 'share', 'light')
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('picture')).toHaveCount(0)
    // What the colleague gets: signed, and of that moment.
    const file = info.outputPath('moment.peerscope')
    await copyFile(shared.path, file)
    await goTo(page, 'Snapshots')
    await page.locator('input[type=file]').setInputFiles(file)
    const report = page.getByRole('article', { name: 'moment.peerscope' })
    await expect(report).toContainText('every signature holds')
    await report.getByRole('button', { name: 'Look at it' }).click()
    await expect(page.getByTestId('picture')).toContainText(
      new RegExp(`^Shared moment moment.peerscope: the network at .*${whole}.*, with ${ISLAND + 3} peers here`),
    )
    await page.keyboard.press('Escape')
    await expect(page.getByTestId('picture')).toHaveCount(0)
  })

  await test.step('who left: a crash, or a goodbye', async () => {
    const left = strip.locator('[data-phrase=left]')
    await expect(left).toHaveText(`${ISLAND + 1} left in 10 min (1 said goodbye, ${ISLAND} silent)`)
    await inClicks(page, 1, async () => await left.click())
    const events = page.getByRole('list', { name: 'Events' })
    await expect(events).toContainText(/said goodbye/)
    await expect(events).toContainText(/went silent/)
    await takeTaskPicture(page, 'left', 'dark')
  })

  await test.step('a split that ended when the other island was purged', async () => {
    const parted = strip.locator('[data-phrase=parted]')
    await expect(parted).toHaveText(new RegExp(`^${ISLAND} gone since (the split|it looked split) at \\d\\d:\\d\\d$`))
    await expect(strip.locator('[data-phrase=islands]')).toHaveText('1 island')
    await goTo(page, 'Health')
    await filter.fill('')
    await filter.blur()
    const card = page.locator('[data-matter=parted]')
    await expect(card.getByRole('heading', { name: 'What happened' })).toBeVisible()
    await expect(card).toContainText(
      /^What happened.*The network (looked )?split .* ago: 5 peers of the other .* taken for gone/,
    )
    await takeInSizes(page, info, 'parted')
    expect(await violations(page, 'parted')).toEqual([])
    // The phrase leads to what was told of it.
    await parted.click()
    const events = page.getByRole('list', { name: 'Events' })
    await expect(events.locator('[data-kind=Islands]').first()).toContainText('went silent or left')
    await takeInSizes(page, info, 'parted-timeline')
  })
})

/** Peers in one process, all of them started from one peer. */
async function startIsland(network: string, bootstrap: string) {
  const nodes = ['--nodes', String(ISLAND), '--seed', '7']
  const swarm = startCli(['swarm', '--network', network, ...nodes, '--bootstrap', bootstrap, ...QUICK])
  await swarm.waitFor('swarm')
  return swarm
}

/** The local time of day, as it is typed. */
function clock(): string {
  const now = new Date()
  return [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':')
}

async function saveSvg(app: { page: Page; saved: (click: () => Promise<void>) => Promise<{ path: string }> }) {
  await app.page.getByRole('button', { name: 'Save the graph' }).click()
  return await app.saved(() => app.page.getByRole('menuitem', { name: /SVG/ }).click())
}

/** The peers of a saved drawing; y grows downwards. */
function circlesOf(svg: string): { readonly x: number; readonly y: number; readonly colour: string }[] {
  const peers = svg.slice(svg.indexOf('<g id="peers">'))
  return [...peers.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)" r="[\d.]+" fill="(#[\da-f]{6})">/g)].map(
    ([, x, y, colour = '']) => ({ x: Number(x), y: Number(y), colour }),
  )
}

/** `rgb(1,2,3)` as `#010203`. */
function hex(colour: string): string {
  return `#${[...colour.matchAll(/\d+/g)].map(([part]) => Number(part).toString(16).padStart(2, '0')).join('')}`
}
