/**
 * Takes the README's pictures, by hand: `node scripts/screenshots.ts`, after `npm run build` and best on an idle machine. It starts the
 * browser host on an empty data folder, walks a first-time user's path with the demo swarm, and writes docs/images/*.png.
 */
import { mkdtemp, mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { Page } from '@playwright/test'
import { startCli } from '../test/support/cli-process.ts'
import { ensureBrowser } from './browser.ts'

const IMAGES = join(import.meta.dirname, '..', 'docs', 'images')
/** Peers that are enough for a picture of the demo. */
const DEMO_PEERS = 14
/** How long the demo runs before its past is worth a look, milliseconds. */
const HISTORY_MS = 100_000

const executablePath = await ensureBrowser()
if (executablePath === null) process.exit(1)
await mkdir(IMAGES, { recursive: true })
const dataDir = await mkdtemp(join(tmpdir(), 'peerscope-pictures-'))
const flags = ['--data', dataDir, '--port', '0', '--no-dht', '--no-mdns', '--listen', '/ip4/127.0.0.1/tcp/0']
const host = startCli(['serve', ...flags])
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const { url } = await host.waitFor('serving')
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  // On a busy machine the demo takes its time.
  page.setDefaultTimeout(90_000)
  await page.goto(String(url))
  await walk(page)
} finally {
  await browser.close()
  await host.stop()
  await rm(dataDir, { recursive: true, force: true })
}

async function walk(page: Page): Promise<void> {
  const graph = page.getByTestId('graph')
  const view = (name: string) => page.getByRole('button', { name, exact: true }).click()
  const shot = async (name: string, colorScheme: 'dark' | 'light'): Promise<void> => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.mouse.move(640, 2)
    // Labels and lines settle within a few frames.
    await page.waitForTimeout(1500)
    await page.screenshot({ path: join(IMAGES, `${name}.png`) })
    console.log(`docs/images/${name}.png`)
  }

  await page.getByRole('button', { name: 'Join', exact: true }).waitFor()
  await shot('start', 'light')

  await page.getByRole('button', { name: 'Start a local demo swarm' }).click()
  await page.getByTestId('health').waitFor()
  await view('Network')
  await graph.waitFor()
  for (let peers = 0; peers < DEMO_PEERS; peers = Number(await graph.getAttribute('data-peers')))
    await page.waitForTimeout(500)
  await page.waitForTimeout(12_000)
  await shot('demo', 'dark')

  await page.waitForTimeout(8000)
  await page.getByRole('button', { name: /^Colour by/ }).click()
  await page.getByRole('menuitemradio', { name: 'Tag', exact: true }).click()
  await page.getByRole('button', { name: 'Show or hide the timeline' }).click()
  await page.waitForTimeout(5000)
  await graph.focus()
  await page.keyboard.press('0')
  await page.getByLabel('Filter the graph').fill('tag:role:validator')
  await page.keyboard.press('Enter')
  await shot('graph', 'dark')
  await page.getByRole('button', { name: 'Show or hide the timeline' }).click()
  await page.getByRole('button', { name: /^Colour by/ }).click()
  await page.getByRole('menuitemradio', { name: 'State', exact: true }).click()
  await page.getByLabel('Filter the graph').fill('')

  await page.waitForTimeout(HISTORY_MS)
  await view('Health')
  await page.getByTestId('health').waitFor()
  await page.waitForTimeout(8000)
  await shot('health', 'light')
  await view('Peers')
  await page.locator('[data-peer-id][data-state=online]').nth(3).click()
  await page.locator('[data-inspector]').waitFor()
  await shot('inspector', 'light')
  await page.getByRole('button', { name: 'Close inspector' }).click()

  // Back to the middle of what was seen.
  await view('Network')
  const histogram = await page.locator('.ps-histogram').boundingBox()
  if (histogram === null) throw new Error('there is no histogram')
  await page.mouse.click(histogram.x + histogram.width * 0.88, histogram.y + histogram.height / 2)
  await page.getByTestId('picture').waitFor()
  await shot('time-travel', 'dark')
  await page.keyboard.press('Escape')
  await page.getByTestId('picture').waitFor({ state: 'hidden' })

  await view('Snapshots')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ])
  const file = join(dataDir, download.suggestedFilename())
  await download.saveAs(file)
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText('every signature holds').waitFor()
  // What was saved is said in the corner for a while.
  await page.locator('.mantine-Notification-root').first().waitFor({ state: 'hidden' })
  await shot('export', 'light')
}
