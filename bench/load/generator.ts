/** The network around the measured node, in a process of its own: `generator.ts TASK`, a `GeneratorTask` as JSON. */
import { Worker } from 'node:worker_threads'
import { now } from './clock.ts'
import { Crowd } from './crowd.ts'
import { Identity } from './identities.ts'
import type { FromGenerator, Generated, GeneratorTask, ToGenerator } from './protocol.ts'
import type { Due, FromSigner, SignerTask, ToSigner } from './signer.ts'
import { Speakers } from './speakers.ts'

/** How far ahead messages are signed, milliseconds, and how much at a time. */
const AHEAD_MS = 4000
const WINDOW_MS = 500
/** How often what is due is sent, milliseconds. */
const TICK_MS = 10
/** Messages that go out in one turn of the loop. */
const AT_ONCE = 16
/** An announcement that is so late is left out, milliseconds: others would take it for one of another time. */
const TOO_LATE_MS = 20_000
/** Keys of peers that are kept for connections. */
const KEPT = 4000

const task = JSON.parse(process.argv[2] ?? '') as GeneratorTask
const startedAt = Date.now() - 86_400_000
const generations = new Map<number, { readonly generation: number; readonly startedAt: number }>()
const identities = new Map<number, Identity>()

process.on('uncaughtException', (error) => void process.stderr.write(`${String(error)}\n`))
process.once('disconnect', () => process.exit(0))

const crowd = await Crowd.start(task.count, identityOf)
const speakers = await Speakers.start(task.speakers, task.copies, task.count)
const signer = new Worker(new URL('signer.ts', import.meta.url), {
  workerData: { count: task.count, port: crowd.port, startedAt, lifeMs: task.lifeMs } satisfies SignerTask,
})

let lags: number[] = []
let announced = 0
let skipped = 0
let departed: (readonly [string, number])[] = []
let [cpuFrom, from] = [process.cpuUsage(), performance.now()]
let asked = 0
let queue: Due[] = []

await fillAll()
asked = now() + 500
let windowAt = 0
signer.on('message', (message: FromSigner) => {
  if (message.kind !== 'due') return
  windowAt = message.until
  // What is late already is late: it is sent, and counted as such.
  queue = [...queue, ...message.due]
})
void sendForever()
process.on('message', (message: ToGenerator) => {
  if (message.kind === 'target') crowd.target = message.address
  else tell({ kind: 'report', did: report() })
})
tell({ kind: 'ready', addresses: speakers.addresses() })

/** All entries, into the catalogs of the speakers. */
async function fillAll(): Promise<void> {
  const parts: Promise<void>[] = []
  const done = new Promise<void>((resolve) => {
    const onMessage = (message: FromSigner): void => {
      if (message.kind === 'some') parts.push(feedAll(message.entries))
      if (message.kind !== 'all') return
      signer.off('message', onMessage)
      resolve()
    }
    signer.on('message', onMessage)
  })
  ask({ kind: 'all', at: Date.now() })
  await done
  await Promise.all(parts)
}

async function feedAll(entries: Extract<FromSigner, { kind: 'some' }>['entries']): Promise<void> {
  for (const signed of entries) await speakers.feed(signed)
}

async function sendForever(): Promise<never> {
  let beginning = 0
  for (;;) {
    while (asked < now() + AHEAD_MS) {
      ask({ kind: 'due', from: asked, until: asked + WINDOW_MS })
      asked += WINDOW_MS
    }
    for (let batch = dueFrom(beginning); batch.length > 0; batch = dueFrom(beginning)) {
      beginning += batch.length
      for (const { at } of batch) lags.push(now() - at)
      await Promise.all(batch.map(say))
      // Connections have their turn too.
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (beginning > 1000) {
      queue = queue.slice(beginning)
      beginning = 0
    }
    // Nothing was signed yet for now: the thread is behind, and so is all that will come.
    if (windowAt > 0 && windowAt < now()) lags.push(now() - windowAt)
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
}

/** The next that are due, in their order. */
function dueFrom(beginning: number): readonly Due[] {
  const next = queue.slice(beginning, beginning + AT_ONCE)
  const end = next.findIndex(({ at }) => at > now())
  return end < 0 ? next : next.slice(0, end)
}

async function say({ at, index, generation, announced: entry }: Due): Promise<void> {
  const gone = identityOf(index)
  if (entry !== null) {
    // What a peer that left would have said was signed before.
    if (generation < gone.generation) return
    if (now() - at > TOO_LATE_MS) {
      skipped += 1
      return
    }
    announced += 1
    return await speakers.announce(entry.message, entry.signed)
  }
  generations.set(index, { generation: generation + 1, startedAt: Math.round(at) })
  identities.delete(index)
  const message = gone.goodbye(Math.ceil(now()))
  departed.push([gone.peerId, now()])
  await speakers.depart(message)
}

function report(): Generated {
  const sorted = lags.toSorted((a, b) => a - b)
  const { user, system } = process.cpuUsage(cpuFrom)
  const did: Generated = {
    announced,
    skipped,
    departed,
    ...crowd.taken(),
    lagP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
    lagMaxMs: sorted.at(-1) ?? 0,
    cpuShare: (user + system) / 1000 / (performance.now() - from),
  }
  lags = []
  announced = 0
  skipped = 0
  departed = []
  cpuFrom = process.cpuUsage()
  from = performance.now()
  return did
}

/** The peer that has this place now. */
function identityOf(index: number): Identity {
  const known = identities.get(index)
  if (known !== undefined) return known
  if (identities.size >= KEPT) identities.clear()
  const { generation, startedAt: since } = generations.get(index) ?? { generation: 0, startedAt: startedAt - index }
  const made = new Identity(index, generation, since, { count: task.count, port: crowd.port })
  identities.set(index, made)
  return made
}

function ask(message: ToSigner): void {
  signer.postMessage(message, [])
}

function tell(message: FromGenerator): void {
  process.send?.(message)
}
