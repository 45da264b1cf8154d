/** What is measured, the same for both sides. Processor time and memory are the host process's, as Linux counts them. */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { watchLines } from '../../test/support/cli-process.ts'
import { ROOT } from '../converge/runs.ts'
import { medianOf } from '../figures/figures.ts'
import { LAUNCHER } from '../figures/built.ts'
import { NETWORK_NAME } from '../loop/entries.ts'
import { costOf, pssOf } from '../mosaik/measure.ts'
import type { Host, Place } from './host.ts'
import { startHost } from './host.ts'
import { COMPILED_VARIABLE } from './protocol.ts'
import type { Measured, Run, Side, Step } from './protocol.ts'

/** How long nodes are left alone, milliseconds. */
const IDLE_MS = 10_000
/** Tags that are set one after the other, the first ones after a start and more of them; the figures are medians. */
const TAGS = 5
const MORE_TAGS = 30
/** Pause before each, milliseconds. */
const TAG_PAUSE_MS = 500
const MORE_PAUSE_MS = 100
/** How long a started node settles before its memory is read, milliseconds. */
const SETTLE_MS = 5000
/** Nodes of the network that a single one joins. */
const OTHERS = 5
const MIB = 1024 * 1024

/** Does one run. @throws Error when a host fails, or takes too long */
export async function measure({ side, task, isolated }: Run): Promise<Measured> {
  switch (task.scenario) {
    case 'network':
      return await network(side, task.nodes, task.steps, isolated)
    case 'join':
      return await joining(side, task.entries, isolated)
    case 'start':
      return await starting(side)
  }
}

async function network(side: Side, count: number, steps: readonly Step[], isolated: boolean): Promise<Measured> {
  await using host = await startHost(side)
  const first = await host.spawn('node 0')
  const [traffic, cpuMs, from] = [loopback(isolated), costOf(host.pid).cpuMs, performance.now()]
  const names = Array.from({ length: count - 1 }, (_, index) => `node ${index + 1}`)
  await Promise.all(names.map((name) => host.spawn(name, first)))
  const onlineMs = performance.now() - from
  await host.waitAll(count - 1)
  const found: Record<string, number> = {
    'all online, s': onlineMs / 1000,
    'all know all, s': (performance.now() - from) / 1000,
    'CPU until then, s': (costOf(host.pid).cpuMs - cpuMs) / 1000,
    ...trafficSince(traffic, 'until then'),
  }
  if (steps.includes('idle')) Object.assign(found, await idle(host, isolated))
  found['RSS, MiB'] = costOf(host.pid).rssBytes / MIB
  found['peak RSS, MiB'] = costOf(host.pid).peakRssBytes / MIB
  if (steps.includes('tag')) {
    const took: number[] = []
    for (let turn = 0; turn < TAGS + MORE_TAGS; turn += 1) {
      await sleep(turn < TAGS ? TAG_PAUSE_MS : MORE_PAUSE_MS)
      took.push(await host.spreadTag(`node ${turn % count}`, `tag-${turn}`))
    }
    found['a tag is in all catalogs, ms'] = medianOf(took.slice(0, TAGS))
    found[`of ${MORE_TAGS} more tags, ms`] = medianOf(took.slice(TAGS))
  }
  if (steps.includes('goodbye')) {
    await sleep(TAG_PAUSE_MS)
    found['a goodbye is in all catalogs, ms'] = await host.spreadGoodbye(`node ${count - 1}`)
  }
  return found
}

async function idle(host: Host, isolated: boolean): Promise<Measured> {
  const [traffic, cpuMs, from] = [loopback(isolated), costOf(host.pid).cpuMs, performance.now()]
  await sleep(IDLE_MS)
  const seconds = (performance.now() - from) / 1000
  const after = loopback(isolated)
  return {
    'idle, CPU, ms/s': (costOf(host.pid).cpuMs - cpuMs) / seconds,
    ...(traffic === null || after === null
      ? {}
      : {
          'idle, kB/s': (after.bytes - traffic.bytes) / 1000 / seconds,
          'idle, packets/s': (after.packets - traffic.packets) / seconds,
        }),
  }
}

async function joining(side: Side, entries: number, isolated: boolean): Promise<Measured> {
  await using full = await startHost(side)
  await using empty = await startHost(side)
  const known = await full.spawn('full')
  await full.feed('full', entries)
  const [traffic, cpuMs, from] = [loopback(isolated), costOf(empty.pid).cpuMs, performance.now()]
  await empty.spawn('joins', known)
  const onlineMs = performance.now() - from
  // Those that were fed, and the one that had them.
  await empty.waitAll(entries + 1)
  const tookMs = performance.now() - from
  const { cpuMs: after, rssBytes, peakRssBytes } = costOf(empty.pid)
  return {
    'online, s': onlineMs / 1000,
    'all entries known, s': tookMs / 1000,
    'all known after online, s': (tookMs - onlineMs) / 1000,
    'CPU until then, s': (after - cpuMs) / 1000,
    ...trafficSince(traffic, 'until then'),
    'RSS, MiB': rssBytes / MIB,
    'peak RSS, MiB': peakRssBytes / MIB,
  }
}

/** One node a process, from the start of the program on, beside five others. */
async function starting(side: Side): Promise<Measured> {
  await using others = await startHost(side)
  const first = await others.spawn('node 0')
  for (let index = 1; index < OTHERS; index += 1) await others.spawn(`node ${index}`, first)
  return side === 'peerscope' ? await ourProgram(first) : await theirProgram(first)
}

async function ourProgram({ addresses }: Place): Promise<Measured> {
  const from = performance.now()
  const flags = ['--no-dht', '--no-mdns', '--no-upnp', '--no-relays', '--listen', '/ip4/127.0.0.1/tcp/0', '--json']
  const args = ['node', '--network', NETWORK_NAME, ...flags, '--bootstrap', addresses[0] ?? '']
  const started = spawn(process.execPath, [...startOf(ourCli()), ...args], { stdio: 'pipe' })
  await using running = watchLines(started, 'peerscope node')
  await running.waitFor('online', 60_000)
  const measured = await settled(running.pid, from)
  // By itself, so that what V8 compiled is kept.
  await running.stop()
  return measured
}

async function theirProgram(first: Place): Promise<Measured> {
  const from = performance.now()
  await using host = await startHost('mosaik')
  await host.spawn('single', first)
  return await settled(host.pid, from)
}

async function settled(pid: number, from: number): Promise<Measured> {
  const [tookMs, { cpuMs }] = [performance.now() - from, costOf(pid)]
  await sleep(SETTLE_MS)
  return {
    'started and online, s': tookMs / 1000,
    'CPU until then, s': cpuMs / 1000,
    [`CPU ${SETTLE_MS / 1000} s later, s`]: costOf(pid).cpuMs / 1000,
    'RSS, MiB': costOf(pid).rssBytes / MIB,
    'PSS, MiB': pssOf(pid) / MIB,
  }
}

/** The bundle where `npm run build` made one, else the sources. */
export function ourCli(): string {
  const bundle = join(ROOT, 'out', 'cli', 'cli.cjs')
  return existsSync(bundle) ? bundle : join(ROOT, 'src', 'main', 'cli', 'main.ts')
}

/** Node's arguments for it: only of the bundle compiled code is kept. */
function startOf(cli: string): readonly string[] {
  return cli.endsWith('.ts') ? [cli] : [LAUNCHER, cli, `${process.env[COMPILED_VARIABLE] ?? ''}-cli`]
}

interface Traffic {
  readonly bytes: number
  readonly packets: number
}

/** What went over this namespace's loopback until now, with all headers; null where others use it too. */
function loopback(isolated: boolean): Traffic | null {
  if (!isolated) return null
  const line = readFileSync('/proc/self/net/dev', 'utf8')
    .split('\n')
    .find((one) => one.trimStart().startsWith('lo:'))
  const [bytes = 0, packets = 0] = line?.split(':')[1]?.trim().split(/\s+/).map(Number) ?? []
  return { bytes, packets }
}

function trafficSince(before: Traffic | null, when: string): Measured {
  const now = loopback(before !== null)
  if (before === null || now === null) return {}
  return {
    [`loopback ${when}, kB`]: (now.bytes - before.bytes) / 1000,
    [`packets ${when}`]: now.packets - before.packets,
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
