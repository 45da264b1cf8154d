import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import Database from 'better-sqlite3'
import { chromium } from '@playwright/test'
import type { Browser } from '@playwright/test'
import { InvalidArguments } from './figures/arguments.ts'
import type { Crowded, Held } from './soak/protocol.ts'
import { grows, trendOf } from './soak/trend.ts'
import type { Point } from './soak/trend.ts'
import { Watched } from './soak/watched.ts'
import { printTable } from './table.ts'

export const HELP = `usage: npm run bench -- soak [--minutes 60] [--churn 900] [--strangers 20] [--no-window]

A node and a browser host with a window on it, under churn (joins and leaves a minute, of peers whose entries a neighbor passes
on) and strangers (a second, that connect and leave). Memory is measured after garbage collection. Ends with exit code 1 where
memory or handles grow in the second half, or the database grows by more than what it was told takes.
Chromium is found by PEERSCOPE_BROWSER, or at /usr/bin/chromium.`

const MIB = 1024 * 1024
/** Growth in the second half, as a part of the mean, that no scatter explains and that is let pass. */
const ALLOWED = 0.03
/** The database may take so much more for an event in the second half than in the first: pages are not always full. */
const ALLOWED_DATABASE = 1.25
/** Quick, so that an hour holds many lives. */
const FLAGS = `--no-dht --no-mdns --no-upnp --no-relays
  --announce-interval 15s --purge-after 60s --rtt-probe-interval 30s --rtt-dial-interval 30s`.split(/\s+/)

interface Sample {
  readonly minute: number
  readonly node: Held
  readonly serve: Held
  /** Heap of the page, bytes; null without a window. */
  readonly page: number | null
  readonly database: { readonly bytes: number; readonly events: number }
  readonly crowd: Crowded
}

/** Arguments: see `--help`. */
export async function soak(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '60' },
      churn: { type: 'string', default: '900' },
      strangers: { type: 'string', default: '20' },
      'no-window': { type: 'boolean', default: false },
    },
  })
  const minutes = numberOf('minutes', values.minutes, 2, 24 * 60)
  const rates = [numberOf('churn', values.churn, 1, 10_000), numberOf('strangers', values.strangers, 1, 100)] as const
  const executablePath = process.env['PEERSCOPE_BROWSER'] ?? '/usr/bin/chromium'
  const windowed = !values['no-window'] && existsSync(executablePath)
  const samples = await watch(minutes, rates, windowed ? executablePath : null)
  process.exitCode = judge(samples, minutes)
}

function numberOf(name: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (!(value >= min && value <= max)) throw new InvalidArguments(`--${name} must be a number from ${min} to ${max}`)
  return value
}

async function watch(
  minutes: number,
  [churn, strangers]: readonly [number, number],
  browserPath: string | null,
): Promise<Sample[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'peerscope-soak-'))
  const network = `soak ${process.pid}`
  const open: (() => Promise<unknown> | void)[] = [() => rmSync(dataDir, { recursive: true, force: true })]
  const onSignal = (): void => void closeAll(open).finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal)
  try {
    const node = new Watched(['node', '--network', network, ...FLAGS, '--listen', '/ip4/127.0.0.1/tcp/0'])
    open.unshift(() => node.stop())
    const at = addressOf(await node.told('online'))
    const served = `/ip4/127.0.0.1/tcp/${await freePort()}`
    const joining = ['--network', network, '--bootstrap', at, '--listen', served]
    const serve = new Watched(['serve', '--data', dataDir, '--port', '0', ...FLAGS, ...joining])
    open.unshift(() => serve.stop())
    const { url } = await serve.told('serving')
    const page = browserPath === null ? null : await openPage(browserPath, String(url), open)
    const crowd = fork(new URL('soak/crowd.ts', import.meta.url), [network, `${churn}`, `${strangers}`, at, served])
    open.unshift(() => void crowd.kill('SIGKILL'))
    const done = counts(crowd)
    const samples: Sample[] = []
    const everyMs = Math.max(10_000, (minutes * 60_000) / 60)
    const from = performance.now()
    for (let index = 1; index * everyMs <= minutes * 60_000 + 1; index += 1) {
      await wait(Math.max(0, from + index * everyMs - performance.now()))
      samples.push({
        minute: (performance.now() - from) / 60_000,
        node: await node.held(),
        serve: await serve.held(),
        page: page === null ? null : await page(),
        database: sizeOf(join(dataDir, 'peerscope.db')),
        crowd: done(),
      })
      print(samples.at(-1), index === 1)
    }
    return samples
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal)
    await closeAll(open)
  }
}

async function closeAll(open: readonly (() => Promise<unknown> | void)[]): Promise<void> {
  for (const close of open) await Promise.resolve(close()).catch(() => undefined)
}

function addressOf(online: Readonly<Record<string, unknown>>): string {
  return String((online['addresses'] as readonly unknown[])[0])
}

/** A port that is free just now: `serve` does not print where its node listens. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** What measures the page's heap after its garbage was collected. */
async function openPage(
  executablePath: string,
  url: string,
  open: (() => Promise<unknown> | void)[],
): Promise<() => Promise<number>> {
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  open.unshift(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(url)
  const session = await page.context().newCDPSession(page)
  return async () => {
    await session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await session.send('Runtime.getHeapUsage')
    return usedSize
  }
}

function counts(crowd: ChildProcess): () => Crowded {
  let last: Crowded = { joined: 0, left: 0, crashed: 0, strangers: 0, refused: 0 }
  crowd.on('message', (message) => (last = message as Crowded))
  return () => {
    if (crowd.exitCode !== null) throw new Error('the crowd ended by itself')
    return last
  }
}

/** Pages in use, and events ever logged. */
function sizeOf(file: string): Sample['database'] {
  const database = new Database(file, { readonly: true })
  try {
    const pragma = (name: string): number => Number(database.pragma(name, { simple: true }))
    const bytes = (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
    const { events } = database.prepare('SELECT count(*) AS events FROM events').get() as { events: number }
    return { bytes, events }
  } finally {
    database.close()
  }
}

function print(sample: Sample | undefined, first: boolean): void {
  if (sample === undefined) return
  const head = ['min', 'node MiB', 'rss', 'handles', 'serve MiB', 'rss', 'handles', 'page MiB', 'db MiB', 'events', 'joined', 'left', 'strangers', 'refused'] // prettier-ignore
  const { node, serve, page, database, crowd } = sample
  const cells = [
    sample.minute.toFixed(1),
    ...[node, serve].flatMap(({ heap, external, rss, handles }) => [mib(heap + external), mib(rss), `${handles}`]),
    page === null ? '–' : mib(page),
    mib(database.bytes),
    ...[database.events, crowd.joined, crowd.left, crowd.strangers, crowd.refused].map(String),
  ]
  const line = (texts: readonly string[]): string =>
    texts.map((text, column) => text.padStart(Math.max(7, head[column]?.length ?? 0))).join(' ')
  if (first) console.log(line(head))
  console.log(line(cells))
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1)
}

/** Prints what grows. @returns the exit code */
function judge(samples: readonly Sample[], minutes: number): number {
  const late = samples.slice(Math.floor(samples.length / 2))
  const series: readonly (readonly [name: string, unit: number, pick: (sample: Sample) => number | null])[] = [
    ['node, memory, MiB', MIB, ({ node }) => node.heap + node.external],
    ['node, handles', 1, ({ node }) => node.handles],
    ['serve, memory, MiB', MIB, ({ serve }) => serve.heap + serve.external],
    ['serve, handles', 1, ({ serve }) => serve.handles],
    ['page, memory, MiB', MIB, ({ page }) => page],
  ]
  let bad = 0
  const rows = series.flatMap(([name, unit, pick]) => {
    const points = late.flatMap((sample): Point[] => {
      const value = pick(sample)
      return value === null ? [] : [{ minute: sample.minute, value: value / unit }]
    })
    if (points.length === 0) return []
    const trend = trendOf(points)
    const growing = grows(trend, minutes / 2, ALLOWED)
    if (growing) bad += 1
    return [[name, trend.mean.toFixed(1), trend.slope.toFixed(3), trend.noise.toFixed(3), growing ? 'GROWS' : 'flat']]
  })
  console.log('\nsecond half')
  printTable(['', 'mean', 'growth a minute', 'noise', ''], rows)
  const [first, middle, last] = [samples[0], late[0], samples.at(-1)]
  if (first === undefined || middle === undefined || last === undefined) return 1
  const each = (a: Sample, b: Sample): number =>
    (b.database.bytes - a.database.bytes) / Math.max(1, b.database.events - a.database.events)
  const [before, after] = [each(first, middle), each(middle, last)]
  const asComputed = after <= before * ALLOWED_DATABASE
  if (!asComputed) bad += 1
  const changes = last.crowd.joined + last.crowd.left - first.crowd.joined - first.crowd.left
  const arrived = last.database.events - first.database.events
  if (arrived < changes / 2) {
    bad += 1
    console.log(`\nof ${changes} joins and leaves only ${arrived} events came of: this run shows nothing`)
  }
  console.log(
    `\ndatabase: ${before.toFixed(0)} bytes an event in the first half, ${after.toFixed(0)} in the second: ` +
      (asComputed ? 'as computed' : 'MORE THAN COMPUTED'),
  )
  return bad === 0 ? 0 : 1
}
