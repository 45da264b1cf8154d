/**
 * Takes the picture of docs/mosaik.md, by hand: `node scripts/screenshots-mosaik.ts`, after `npm run build`. Twelve nodes of our own
 * make a mosaik network on loopback, which `peerscope serve` joins.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { pino } from 'pino'
import { openNode } from '../src/main/monitor/open-node.ts'
import type { OpenNode } from '../src/main/monitor/open-node.ts'
import { GRAPH } from '../src/renderer/src/ui/strings-graph.ts'
import { bytes32From } from '../src/shared/ids.ts'
import { startCli } from '../test/support/cli-process.ts'
import { ensureBrowser } from './browser.ts'

const IMAGE = join(import.meta.dirname, '..', 'docs', 'images', 'mosaik.png')
const NETWORK = 'orders'
const NODES = 12
const ROLES = ['validator', 'validator', 'sequencer', 'archive'] as const
/** How long the graph gets to find its form, milliseconds. */
const SETTLE_MS = 20_000

const executablePath = await ensureBrowser()
if (executablePath === null) process.exit(1)
const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-pictures-'))
const nodes: OpenNode[] = []
try {
  for (let index = 0; index < NODES; index += 1) nodes.push(await member(index))
  const start = nodes.slice(0, 4).flatMap((node) => ['--bootstrap', node.addresses()[0] ?? ''])
  const flags = ['--data', dataDir, '--port', '0', '--no-dht', '--listen', '/ip4/127.0.0.1/tcp/0']
  await using host = startCli(['serve', '--kind', 'mosaik', '--network', NETWORK, ...start, ...flags])
  const { url } = await host.waitFor('serving')
  await take(String(url))
} finally {
  await Promise.all(nodes.map((node) => node.stop()))
  await rm(dataDir, { recursive: true, force: true })
}

function member(index: number): Promise<OpenNode> {
  return openNode(
    {
      network: NETWORK,
      kind: 'mosaik',
      secret: bytes32From(`picture ${index}`),
      listen: ['/ip4/127.0.0.1/udp/0/quic-v1'],
      bootstrap: nodes.slice(0, 2).flatMap((node) => node.addresses().slice(0, 1)),
      tags: [ROLES[index % ROLES.length] ?? 'archive'],
      config: {},
      dht: false,
      mdns: false,
      logger: pino({ enabled: false }),
    },
    AbortSignal.timeout(30_000),
  )
}

async function take(url: string): Promise<void> {
  const browser = await chromium.launch({
    executablePath: executablePath ?? '',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      reducedMotion: 'reduce',
      colorScheme: 'light',
    })
    const page = await context.newPage()
    await page.goto(url)
    const graph = page.getByTestId('graph')
    await page.getByRole('button', { name: 'Network', exact: true }).click()
    await graph.waitFor()
    while (Number(await graph.getAttribute('data-peers')) <= NODES) await page.waitForTimeout(500)
    // What is looked for is named from then on.
    const filter = page.getByLabel('Filter the graph')
    for (const role of new Set(ROLES)) {
      await filter.fill(`tag:${role}`)
      await filter.press('Enter')
      await page.waitForTimeout(1000)
    }
    await filter.fill('')
    await page.getByRole('button', { name: new RegExp(`^${GRAPH.colourBy}`) }).click()
    await page.getByRole('menuitemradio', { name: GRAPH.choices.tag, exact: true }).click()
    await page.waitForTimeout(SETTLE_MS)
    await graph.focus()
    await page.keyboard.press('0')
    const { width, height } = (await graph.boundingBox()) ?? { width: 0, height: 0 }
    await page.mouse.move(width - 4, height - 4)
    await page.waitForTimeout(1500)
    await page.screenshot({ path: IMAGE })
    console.log('docs/images/mosaik.png')
  } finally {
    await browser.close()
  }
}
