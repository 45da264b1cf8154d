/**
 * `npm run bench -- demo [PEERS] [SECONDS] [ENTRY]`: what the demo's process costs while somebody looks on, while its story plays
 * and at rest after it: memory (RSS, and PSS, which counts shared pages in parts) and CPU. ENTRY is the program of another
 * version, to compare with. Linux only.
 */
import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { DEMO_CONFIG } from '../src/main/monitor/demo.ts'
import { createLogger } from '../src/main/monitor/log.ts'
import { SMALL_HEAP } from '../src/main/monitor/node-swarm.ts'
import { nodeSecret, openNode } from '../src/main/monitor/open-node.ts'
import { END_SWARM, swarmMessageSchema } from '../src/main/monitor/swarm-protocol.ts'
import type { SwarmOrder } from '../src/main/monitor/swarm-protocol.ts'
import { DEMO_PEERS } from '../src/shared/demo-story.ts'
import { printTable, progress } from './table.ts'

/** How long connections and meshes take to settle, milliseconds. */
const SETTLE_MS = 20_000
/** Ticks a second of `/proc/PID/stat`. */
const TICKS = 100
const MIB = 1024
const BUILT = fileURLToPath(new URL('../out/main/swarm-process.js', import.meta.url))
const SOURCE = fileURLToPath(new URL('../src/main/swarm-process.ts', import.meta.url))
const ENTRY = existsSync(BUILT) ? BUILT : SOURCE

/** The scenario. */
export async function demo([
  peers = String(DEMO_PEERS),
  seconds = '60',
  entry = ENTRY,
]: readonly string[]): Promise<void> {
  const network = `bench-${randomUUID()}`
  const swarm = fork(entry, [network, peers], { execArgv: ['--disable-warning=ExperimentalWarning', ...SMALL_HEAP] })
  const pid = swarm.pid ?? 0
  const stop = new AbortController()
  try {
    const [message]: unknown[] = await once(swarm, 'message')
    const up = swarmMessageSchema.parse(message)
    if (up.kind !== 'up') throw new Error('the swarm did not come up')
    const observer = await openNode(
      {
        network,
        secret: nodeSecret(null),
        listen: ['/ip4/127.0.0.1/tcp/0'],
        bootstrap: up.addresses.slice(0, 3),
        tags: [],
        config: DEMO_CONFIG,
        dht: false,
        mdns: false,
        logger: createLogger('error', (line) => void process.stderr.write(line)),
      },
      stop.signal,
    )
    const over = new Promise<void>((resolve) => {
      swarm.on('message', (raw) => {
        // Nobody looks here for what it waits for: all of it comes true sooner or later.
        const { data: told } = swarmMessageSchema.safeParse(raw)
        if (told?.kind === 'ask') swarm.send({ kind: 'seen', id: told.id } satisfies SwarmOrder)
        // That of another version may be told otherwise.
        if (typeof raw === 'object' && raw !== null && 'beat' in raw && raw.beat === 'end') resolve()
      })
    })
    // It waits until somebody looks on.
    swarm.send({ kind: 'hold', why: null } satisfies SwarmOrder)
    const span = Number(seconds) * 1000
    await wait(SETTLE_MS)
    progress('while the story plays')
    const playing = await costs(pid, span)
    progress('until the story is over')
    await over
    await wait(SETTLE_MS)
    progress('at rest')
    const resting = await costs(pid, span)
    progress('')
    printTable(
      ['when', 'peers', 'RSS MiB', 'PSS MiB', '% of a core'],
      [
        ['first minute', Number(peers), ...playing],
        ['at rest', observer.discovery.catalog().peers.size - 1, ...resting],
      ],
      { names: 2 },
    )
    console.log(`\nThe swarm was started from ${entry}.`)
    await observer.stop()
  } finally {
    stop.abort()
    const ended = once(swarm, 'exit')
    if (swarm.connected) swarm.send(END_SWARM)
    await ended
  }
}

/** Memory in the end, and CPU over a span of time. */
async function costs(pid: number, ms: number): Promise<readonly [number, number, number]> {
  const [ticks, at] = [ticksOf(pid), performance.now()]
  await wait(ms)
  const percent = ((ticksOf(pid) - ticks) / TICKS / ((performance.now() - at) / 1000)) * 100
  const memory = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1] ?? 0)
  return [Math.round(kib('Rss') / MIB), Math.round(kib('Pss') / MIB), Math.round(percent * 10) / 10]
}

/** User and system time, in ticks. */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
}
