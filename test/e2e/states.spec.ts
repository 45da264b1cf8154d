import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alert } from '../../src/shared/alerts.ts'
import type { NetworkStatus } from '../../src/shared/contract.ts'
import type { PeerRow } from '../../src/shared/peer.ts'
import type { CliProcess } from '../support/cli-process.ts'
import { startCli } from '../support/cli-process.ts'
import { FAKE_REFUSED } from '../support/renderer/fake-health.ts'
import { fakeStatus, peerIdAt } from '../support/renderer/fake-network.ts'
import { test as base, goTo, takePicture } from './app.ts'
import { expect, test } from './synthetic.ts'

const MINUTE = 60_000

test('a lost network is not an empty one: the last picture stays, greyed, with its age', async ({
  synthetic,
}, info) => {
  const { host } = synthetic
  const page = await synthetic.open()
  const graph = page.getByTestId('graph')
  await expect(graph).toHaveAttribute('data-peers', '40')
  const { joinedAt, ...status } = fakeStatus(39, Date.now())
  const lastHeardAt = Date.now() - 3 * MINUTE
  const loss = { at: lastHeardAt, judgedAt: lastHeardAt, heardAt: lastHeardAt, purgeAfterMs: 5 * MINUTE }
  const lost = { ...status, joinedAt, state: 'lost', neighbors: 0, lastHeardAt, loss } as const
  host.tell({ status: lost })
  const banner = page.getByText(/We lost the network: no neighbor answers. This is the picture as of 3 min ago/)
  await expect(banner).toBeVisible()
  await expect(page.getByRole('status', { name: 'Network status' })).toHaveText('connection lost')
  await expect(graph).toHaveAttribute('data-peers', '40')
  await expect(graph).toHaveCSS('filter', /grayscale/)
  // In a small window what to do about it covers neither peers nor legend.
  const usual = page.viewportSize() ?? { width: 1280, height: 800 }
  await page.setViewportSize({ width: 1024, height: 640 })
  const [bar, below, legend] = await Promise.all(
    ['[data-testid=lost-bar]', '.ps-graph', '.ps-legend'].map((part) => page.locator(part).boundingBox()),
  )
  expect((bar?.y ?? 0) + (bar?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0)
  expect(legend?.y).toBeGreaterThan(below?.y ?? 0)
  expect(await page.locator('[data-testid=lost-bar]').evaluate((it) => it.scrollWidth > it.clientWidth)).toBe(false)
  await page.setViewportSize(usual)
  await takePicture(page, info, 'lost')

  // Once they are purged, header, strip, table and graph still say who was here: that we hear nobody says nothing of them.
  const { network } = synthetic
  const gone = network.snapshot(0).peers.filter((row) => !row.self && row.state === 'online')
  host.tell({
    status: lost,
    peers: gone.map((row) => ({
      ...row,
      state: 'lost' as const,
      neighbor: false,
      connected: false,
      version: { ...row.version, updatedAt: lastHeardAt },
    })),
  })
  const words = `${gone.length} were here`
  await expect(page.locator('.ps-figures')).toContainText(words)
  await expect(page.getByTestId('health-strip')).toContainText(words)
  await expect(graph).toHaveAttribute('data-peers', '40')
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const chips = page.getByRole('group', { name: 'Which peers are listed' })
  await expect(chips.getByRole('button', { pressed: true })).toHaveText(`Was here ${gone.length} + us`)
  await expect(page.locator('[data-peer-id][data-state=online]', { hasText: 'was here' }).first()).toBeVisible()
  await takePicture(page, info, 'lost-purged')
  host.tell({ peers: gone })
  await expect(page.locator('[data-peer-id][data-state=online]').first()).toBeVisible()
  await expect(page.locator('[data-peer-id][data-state=departed], [data-peer-id][data-state=lost]')).toHaveCount(0)
  await expect(page.getByRole('grid')).toHaveCSS('filter', /grayscale/)

  host.tell({ status: { ...lost, state: 'online', neighbors: 6, loss: null } })
  await expect(banner).toHaveCount(0)
  await expect(page.getByRole('grid')).toHaveCSS('filter', 'none')

  // Who is not back then is not silent: it is not known what became of it, and the word that says so finds it.
  const [first, ...others] = gone
  host.tell({ peers: [{ ...first, state: 'lost', neighbor: false, connected: false }] as PeerRow[] })
  const notKnown = chips.getByRole('button', { name: /^Not known/ })
  await expect(notKnown).toHaveText('Not known 1')
  const filter = page.getByRole('combobox', { name: 'Filter' }).first()
  await filter.fill('state:"not known"')
  await filter.press('Enter')
  await expect(notKnown).toHaveAttribute('aria-pressed', 'true')
  await expect(page.locator('[data-peer-id][data-state=lost]')).toHaveText([/not known/])
  await expect(chips.getByRole('button', { name: /^Here/ })).toHaveText(`Here 0 of ${others.length}`)
})

test('of a peer in no list the inspector says whether its entries were refused, with why', async ({ synthetic }) => {
  const { host } = synthetic
  const page = await synthetic.open(undefined, 'Timeline')
  const inspector = page.locator('[data-inspector]')
  const at = Date.now()
  const refusal = {
    kind: 'EntryRejected',
    peerId: FAKE_REFUSED,
    reason: 'FromTheFuture',
    source: 'gossip',
    detail: '',
  } as const
  const asked = (): number => host.calls.filter((name) => name === 'page Infinity').length
  host.tell({ events: [{ seq: 1_000_000, at, event: refusal }] })
  await page.evaluate(`location.hash = '#/timeline?peer=${FAKE_REFUSED}'`)
  await expect(inspector.getByTestId('gone')).toContainText('none of its entries were taken')
  await expect(inspector.locator('[data-section=why]')).toContainText('is not in our catalog')
  await expect(inspector).not.toContainText('never known here')
  // What comes of it is told while one looks.
  await expect(inspector.locator('[data-section=timeline]')).toBeVisible()
  const before = asked()
  host.tell({ events: [{ seq: 1_000_000, at, event: refusal, times: 2, lastAt: at + 1000 }] })
  await expect.poll(asked).toBeGreaterThan(before)

  await page.evaluate(`location.hash = '#/timeline?peer=${peerIdAt(1_000_001)}'`)
  await expect(inspector.getByTestId('gone')).toContainText('never known here')
  await expect(inspector.locator('[data-section=why]')).toHaveCount(0)
})

test('a host that was stopped is told, with what to do, and what was heard last stays', async ({ synthetic }, info) => {
  const { host } = synthetic
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  await host.close()
  const alert = page.getByRole('alert')
  await expect(alert).toHaveText(/^Peerscope was stopped. Start it again, .*, and open the link that it prints.$/)
  await expect(page.getByText(/This is the picture as of/)).toBeVisible()
  await expect(page.getByRole('status', { name: 'Network status' })).toHaveText('stopped')
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  await expect(page.getByTestId('graph')).toHaveCSS('filter', /grayscale/)
  // What is asked of it now fails for that reason, and not as a defect.
  await page.getByRole('button', { name: 'Crawl' }).click()
  await expect(page.getByText('the connection with Peerscope is closed')).toBeVisible()
  await expect(page.getByText(/defect/)).toHaveCount(0)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await takePicture(page, info, `stopped-${colorScheme}`)
  }
})

base(
  'a host that dies is tried again; a new one in its place does not take the old link',
  async ({ chromiumBrowser, electron }, info) => {
    info.skip(electron !== null, 'a browser host')
    const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-e2e-'))
    const serve = (port: number): CliProcess =>
      startCli(['serve', '--data', dataDir, '--port', String(port), '--no-dht', '--no-mdns', '--no-upnp'])
    const context = await (await chromiumBrowser()).newContext({ viewport: { width: 1024, height: 640 } })
    let host = serve(0)
    try {
      const { url, port } = await host.waitFor('serving')
      const page = await context.newPage()
      await page.goto(String(url))
      await expect(page.getByRole('heading', { name: 'Join network' })).toBeVisible()
      await host.stop('SIGKILL')
      // A call that was under way may say in the corner that it failed.
      await expect(
        page.getByRole('alert').filter({ hasText: 'Peerscope does not answer; trying again.' }),
      ).toBeVisible()
      await expect(page.getByRole('status', { name: 'Network status' })).toHaveText('no answer')
      await takePicture(page, info, 'lost')

      host = serve(Number(port))
      await host.waitFor('serving')
      const refused = page.getByRole('alert').filter({ hasText: 'This window may not connect' })
      await expect(refused).toContainText('Open the link that Peerscope printed when it started last')
      await takePicture(page, info, 'refused')
    } finally {
      await context.close()
      await host.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
)

base(
  'a host that hangs is told while it does, and what is shown gets its time',
  async ({ chromiumBrowser, electron }, info) => {
    info.skip(electron !== null, 'a browser host')
    const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-e2e-'))
    const offline = ['--no-dht', '--no-mdns', '--no-upnp', '--no-relays']
    const host = startCli([
      'serve',
      '--data',
      dataDir,
      '--network',
      'hangs',
      '--listen',
      '/ip4/127.0.0.1/tcp/0',
      ...offline,
    ])
    const context = await (await chromiumBrowser()).newContext({ viewport: { width: 1024, height: 640 } })
    try {
      const { url } = await host.waitFor('serving')
      const page = await context.newPage()
      await page.goto(String(url))
      await goTo(page, 'Health')
      const strip = page.getByTestId('health-strip')
      await expect(strip).toContainText('0 here')
      await goTo(page, 'Peers')
      const status = page.getByRole('status', { name: 'Network status' })
      const alert = page.getByRole('alert').filter({ hasText: 'Peerscope’s engine does not answer.' })
      await expect(status).toHaveText('alone')
      await expect(alert).toHaveCount(0)

      process.kill(host.pid, 'SIGSTOP')
      await expect(alert).toBeVisible()
      await expect(
        page.getByText(/It has not answered for \d+ s\. What is shown is as of \d\d:\d\d:\d\d\./),
      ).toBeVisible()
      await expect(status).toHaveText('no answer')
      await expect(strip).toContainText(/^As of \d\d:\d\d:\d\d/)
      await goTo(page, 'Health')
      await expect(page.getByText('The charts come once Peerscope’s engine answers.')).toBeVisible()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await takePicture(page, info, `hangs-${colorScheme}`)
      }

      process.kill(host.pid, 'SIGCONT')
      await expect(alert).toHaveCount(0)
      await expect(status).toHaveText('alone')
      await expect(strip).not.toContainText('As of')
      await expect(page.getByText(/The charts come/)).toHaveCount(0)
    } finally {
      await context.close()
      process.kill(host.pid, 'SIGCONT')
      await host.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  },
)

test('each state of a network is told in words, with what to do', async ({ synthetic }, info) => {
  const { host } = synthetic
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const { network } = fakeStatus(39, Date.now())
  const shot = (name: string) => takePicture(page, info, name)
  const say = (status: NetworkStatus): void => host.tell({ status })

  say({ state: 'joining', network, since: Date.now() })
  await expect(page.getByText(`Joining ${network.name ?? ''} …`)).toBeVisible()
  await shot('joining')
  say({ state: 'failed', network, code: 'ListenFailed', reason: 'address 0.0.0.0:4001 is in use', at: Date.now() })
  await expect(page.getByRole('alert')).toContainText('Address 0.0.0.0:4001 is in use')
  await expect(page.getByRole('alert')).toContainText('choose another listen address in Settings')
  await shot('failed')
  const lost = 'the demo swarm ended (killed by SIGKILL)'
  say({ state: 'failed', network, code: 'DemoFailed', reason: lost, at: Date.now() })
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('The demo swarm ended (killed by SIGKILL).')
  await expect(alert).toContainText('Start it again.')
  await expect(alert).not.toContainText(/DemoFailed|defect|Could not join/)
  await expect(alert.getByRole('button', { name: 'Start the demo swarm again' })).toBeVisible()
  await expect(page.getByRole('button', { name: /demo swarm/ })).toHaveCount(1)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await shot(`demo-ended-${colorScheme}`)
  }
  say({ state: 'leaving', network })
  await expect(page.getByText('Saying goodbye …')).toBeVisible()
  host.tell({
    status: { ...fakeStatus(39, Date.now()), suspectedClockSkewMs: 90_000, clocksCompared: 5 },
    store: { state: 'memory-only', reason: 'the disk is full', path: null },
  })
  await expect(page.getByText('Nothing is being stored: the disk is full')).toBeVisible()
  await expect(
    page.getByText(/The clock of this machine seems to be wrong: it is 2 min ahead of most of the 5 peers/),
  ).toBeVisible()
  await shot('troubled')
  const notice = 'the database is damaged. It was set aside as peerscope.db.damaged, and a new one was started'
  host.tell({ store: { state: 'read-only', reason: 'the data folder cannot be written', path: 'x', notice } })
  await expect(page.getByText('The store is read-only: the data folder cannot be written')).toBeVisible()
  await expect(page.getByText(notice)).toBeVisible()
  host.tell({ store: { state: 'ok', reason: '', path: 'x' } })
  await expect(page.getByText(/read-only|set aside|being stored/)).toHaveCount(0)
})

test('a node that is alone offers its addresses with where they work, and in the demo none', async ({
  synthetic,
}, info) => {
  const { host } = synthetic
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const status = fakeStatus(0, Date.now(), 'alone')
  const here = status.addresses.filter((address) => address.includes('127.0.0.1'))
  const alone = page.getByRole('region', { name: 'Alone on the network so far' })
  const copies = alone.getByRole('button', { name: 'Copy address' })

  host.tell({ status })
  await expect(alone).toContainText('To bring in a second machine, hand it one of these addresses:')
  await expect(copies).toHaveCount(2)
  host.tell({ status: { ...status, addresses: here } })
  await expect(alone).toContainText('Only programs on this machine can dial these.')
  await expect(alone.getByRole('button', { name: 'Open Settings' })).toBeVisible()
  await expect(copies).toHaveCount(1)
  await takePicture(page, info, 'alone-local')
  host.tell({ status: { ...status, addresses: here, demo: true } })
  await expect(alone).toContainText('The peers of the demo swarm run on this machine.')
  await expect(copies).toHaveCount(0)
  await takePicture(page, info, 'alone-demo')

  await page.getByRole('button', { name: 'Bootstrap', exact: true }).click()
  const onlyHere = page.getByText('This link works on this machine only: no other machine can dial its addresses.')
  await expect(onlyHere).toBeVisible()
  await expect(page.getByText('Only programs on this machine can dial these.')).toBeVisible()
  await expect(page.getByText('To be reached by others')).toHaveCount(0)
  await takePicture(page, info, 'invitation-local')
  host.tell({ status })
  await expect(page.getByRole('status', { name: 'The link' })).toContainText('192.168.1.20')
  await expect(onlyHere).toHaveCount(0)
})

test('a part of the window that breaks takes nothing else with it', async ({ synthetic }) => {
  const { host } = synthetic
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  await page.getByRole('button', { name: /^Alerts/ }).click()
  const broken: unknown = { id: 1, ruleName: 'a rule', events: null, resolvedAt: null }
  host.tell({ alerts: [broken as Alert] })
  await expect(page.getByText('This part of the window broke')).toBeVisible()
  await page.getByRole('button', { name: 'Network', exact: true }).click()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  host.tell({ alerts: [] })
  await page.getByRole('button', { name: /^Alerts/ }).click()
  await expect(page.getByText('No alert fired.')).toBeVisible()
})

test('Escape leads back to now from anywhere, but closes what is open first', async ({ synthetic }) => {
  const page = await synthetic.open()
  await expect(page.getByTestId('graph')).toHaveAttribute('data-peers', '40')
  const picture = page.getByTestId('picture')
  const past = async (): Promise<void> => {
    const box = await page.locator('.ps-histogram').boundingBox()
    if (box === null) throw new Error('there is no histogram')
    await page.mouse.click(box.x + box.width * 0.8, box.y + box.height / 2)
    await expect(picture).toContainText('The past')
  }
  await past()
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)

  await past()
  await page.keyboard.press('Control+k')
  await expect(page.getByPlaceholder(/^Search for/)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByPlaceholder(/^Search for/)).toBeHidden()
  await expect(picture).toBeVisible()
  await page.getByRole('button', { name: 'Settings', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(picture).toHaveCount(0)
})

test('what the sentence asked of events is shown below the other views, and is taken away there', async ({
  synthetic,
}) => {
  const page = await synthetic.open()
  await page.getByTestId('health-strip').locator('[data-phrase=left]').click()
  await expect(page).toHaveURL(/kinds=PeerDeparted&span=/)
  await page.getByRole('button', { name: 'Peers', exact: true }).click()
  const axis = page.getByRole('region', { name: 'Time', exact: true })
  await axis.getByRole('button', { name: 'All kinds' }).click()
  await axis.getByRole('button', { name: 'All times' }).click()
  await expect(page).not.toHaveURL(/kinds=|span=/)

  // Where the inspector leaves little room, terms of the filter go to a line of their own, each with its button.
  await page.setViewportSize({ width: 1100, height: 800 })
  await page.getByRole('grid').focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Timeline', exact: true }).click()
  await page.getByLabel('Filter: fox').fill('tag:role:validator state:here name:fox ')
  const terms = page.getByRole('list', { name: 'What is set' })
  await expect(terms.getByRole('listitem')).toHaveCount(3)
  const [room, last] = [await terms.boundingBox(), await terms.getByRole('button').last().boundingBox()]
  expect((last?.x ?? Infinity) + (last?.width ?? 0)).toBeLessThanOrEqual((room?.x ?? 0) + (room?.width ?? 0))
})
