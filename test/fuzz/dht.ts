/**
 * Malformed packets at the DHT's socket: `node test/fuzz/dht.ts --packets 100000 [--seed 1]`. A peer of the DHT that is up
 * to no good sends queries and answers that are noise, cut, or well-formed with the wrong types; it also answers, in the
 * same way, what our node asks. Ends with 1 when our node does not work afterwards, or its memory grew.
 */
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createSignatures } from '../../src/main/network/signatures.ts'
import type { SocketCounts } from '../../src/main/network/dht/guarded-socket.ts'
import type { MainlineDht } from '../../src/main/network/dht/mainline.ts'
import { libraryNode, mainlineNode, randomSecret } from '../integration/dht-private.ts'
import { SeededRandom } from '../sim/random.ts'

/** Sockets that send: a lookup asks each address once only. */
const LIARS = 8
/** Packets under way at once: more would be lost in the socket's buffer. */
const BATCH = 100
/** Lookups and writes by our node, among the liars: one for so many packets, and so many at most. */
const LOOK_EVERY = 1000
const LOOKS = 12
/** How much the heap may grow after the first tenth, bytes. What our node keeps is bounded; the rest is noise. */
const MAY_GROW = 24 * 1024 * 1024

/** What came of it. */
export interface FuzzReport {
  readonly packets: number
  /** Answers to what our node asked. */
  readonly answers: number
  readonly counts: Readonly<SocketCounts>
  /** Entries of the routing table at the end. */
  readonly nodes: number
  readonly heapGrewBytes: number
  /** Whether an item can be written and read at the end. */
  readonly works: boolean
  readonly seconds: number
}

type Tree = number | Uint8Array | readonly Tree[] | { readonly [key: string]: Tree }

/** Sends so many packets. */
export async function fuzzDht(packets: number, seed: number): Promise<FuzzReport> {
  const forever = new AbortController().signal
  const random = new SeededRandom(seed)
  const from = performance.now()
  const good = await libraryNode([])
  const liars = await Promise.all(Array.from({ length: LIARS }, liar))
  const endpoints = [good, ...liars].map((one) => ({ host: '127.0.0.1', port: one.address().port }))
  const target = mainlineNode(endpoints.slice(0, 2))
  const maker = new PacketMaker(
    random,
    endpoints.slice(1).map(({ port }) => port),
  )
  let answers = 0
  for (const [index, evil] of liars.entries()) {
    evil.on('message', (bytes, { port }) => {
      const reply = maker.answerTo(index, bytes)
      if (reply === null) return
      answers += 1
      evil.send(reply, port, '127.0.0.1', () => undefined)
    })
  }
  try {
    await target.start(forever)
    const to = target.address()?.port ?? 0
    const seen = (): number => (target.counts()?.received ?? 0) + (target.counts()?.dropped ?? 0)
    let heap = 0
    const works: Promise<unknown>[] = []
    const looks = Math.min(LOOKS, Math.ceil(packets / LOOK_EVERY))
    for (let sent = 0; sent < packets;) {
      const batch = Math.min(BATCH, packets - sent)
      const before = seen()
      for (let index = 0; index < batch; index += 1)
        liars[index % LIARS]?.send(maker.packet(index % LIARS), to, '127.0.0.1', () => undefined)
      await passed(() => seen() - before >= batch)
      if (sent * looks >= works.length * packets) {
        works.push(lookAndWrite(target, forever))
      }
      if (heap === 0 && sent * 10 >= packets) heap = heapUsed()
      sent += batch
    }
    await Promise.all(works)
    const heapGrewBytes = heapUsed() - heap
    for (const evil of liars) evil.removeAllListeners('message')
    const counts = { ...(target.counts() ?? noCounts) }
    const report = { packets, answers, counts, nodes: target.nodes().length, heapGrewBytes }
    return { ...report, works: await stillWorks(target, forever), seconds: (performance.now() - from) / 1000 }
  } finally {
    await target.stop()
    await Promise.all([...liars.map(closed), new Promise<void>((resolve) => good.destroy(resolve))])
  }
}

const noCounts: SocketCounts = { received: 0, sent: 0, dropped: 0, stumbled: 0, withheld: 0 }

async function lookAndWrite(target: MainlineDht, signal: AbortSignal): Promise<void> {
  // That they fail among liars is fine; that they end is asked.
  await target.get(randomSecret(), signal).catch(() => undefined)
  await target.put(randomSecret(), { value: Uint8Array.of(1), seq: 1n }, null, signal).catch(() => undefined)
}

/** With the liar silent now, an honest node is enough. */
async function stillWorks(target: MainlineDht, signal: AbortSignal): Promise<boolean> {
  const secret = randomSecret()
  const value = Uint8Array.of(1, 2, 3)
  for (let tries = 0; tries < 10; tries += 1) {
    try {
      if (!(await target.put(secret, { value, seq: BigInt(tries + 1) }, null, signal))) continue
      const found = await target.get(createSignatures().publicKey(secret), signal)
      return found !== null && Buffer.compare(found.value, value) === 0
    } catch {
      // The liars are silent now; each lookup drops the twenty nearest of them from the table.
    }
  }
  return false
}

/** Resolves when the condition holds, or after a moment: UDP may lose some. */
async function passed(condition: () => boolean): Promise<void> {
  const end = performance.now() + 500
  while (!condition() && performance.now() < end) await new Promise((resolve) => setImmediate(resolve))
}

async function liar(): Promise<Socket> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return socket
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.close(resolve))
}

function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}

/** Makes packets that are wrong in many ways. */
class PacketMaker {
  readonly #random: SeededRandom
  readonly #ports: readonly number[]
  readonly #signatures = createSignatures()
  readonly #secret: Uint8Array
  /** Ids of the liars, and the one that writes now. */
  readonly #ids: readonly Uint8Array[]
  #id: Uint8Array = new Uint8Array(20)
  /** How many of a packet's fields are of a wrong kind, 0 to 1. */
  #wild = 0

  constructor(random: SeededRandom, ports: readonly number[]) {
    this.#random = random
    this.#ports = ports
    this.#secret = random.bytes(32)
    this.#ids = ports.map(() => random.bytes(20))
  }

  packet(liar: number): Uint8Array {
    this.#id = this.#random.number() < 0.8 ? (this.#ids[liar] ?? this.#id) : this.#random.bytes(20)
    const roll = this.#random.number()
    this.#wild = this.#random.pick([0, 0, 0, 0.03, 0.1])
    if (roll < 0.05) return this.#random.bytes(this.#random.below(300))
    if (roll < 0.1) return this.#lies()
    const bytes = encode(roll < 0.6 ? this.#query() : this.#answer(this.#random.bytes(2)))
    if (roll % 0.1 < 0.02) return this.#flip(bytes)
    if (roll % 0.1 < 0.03) return bytes.subarray(0, this.#random.below(bytes.length + 1))
    return bytes
  }

  /** An answer to what our node asked; null for what is no question. */
  answerTo(liar: number, question: Buffer): Uint8Array | null {
    this.#id = this.#ids[liar] ?? this.#id
    const text = question.toString('latin1')
    const at = text.indexOf('1:t2:')
    if (at < 0 || !text.includes('1:y1:q')) return null
    this.#wild = this.#random.pick([0, 0, 0.03, 0.1])
    const bytes = encode(this.#answer(Uint8Array.from(question.subarray(at + 5, at + 7))))
    return this.#random.number() < 0.1 ? this.#flip(bytes) : bytes
  }

  /** Lengths and nesting that make decoders run. */
  #lies(): Uint8Array {
    const texts = ['l-3:e', 'd-1:ae', 'd1:al-3:ee', 'd1:a99999:e', 'l'.repeat(900), 'd1:a'.repeat(300), 'd1:ai1e', 'i']
    return Buffer.from(this.#random.pick(texts))
  }

  #query(): Tree {
    const kind = this.#random.pick(['ping', 'find_node', 'get_peers', 'announce_peer', 'get', 'put', 'vote'])
    const a = {
      id: this.#mostly(this.#id),
      target: this.#bytes(20),
      info_hash: this.#bytes(20),
      token: this.#bytes(20),
      port: this.#mostly(6881),
      ...(kind === 'put' ? this.#item() : {}),
    }
    const packet = { a: this.#mostly(a), q: this.#mostly(text(kind)), t: this.#bytes(2), y: this.#mostly(text('q')) }
    return this.#without(packet)
  }

  #answer(t: Uint8Array): Tree {
    if (this.#random.number() < 0.1) return { e: this.#mostly([201, text('no')]), t, y: text('e') }
    const nodes = Buffer.concat(Array.from({ length: this.#random.below(20) }, () => this.#contact()))
    const r = {
      id: this.#mostly(this.#id),
      nodes: this.#mostly(nodes.subarray(0, this.#random.number() < 0.2 ? this.#random.below(60) : undefined)),
      token: this.#bytes(8),
      values: this.#mostly([this.#random.bytes(6)]),
      ...(this.#random.number() < 0.5 ? this.#item() : {}),
    }
    return this.#without({ r: this.#mostly(this.#without(r)), t, y: text('r') })
  }

  /** A contact: of one that is there, of nobody, or of a machine that is none of our business. */
  #contact(): Uint8Array {
    const host = this.#random.pick([
      [127, 0, 0, 1],
      [192, 0, 2, this.#random.below(256)],
      [0, 0, 0, 0],
      [255, 255, 255, 255],
    ])
    const liar = this.#random.below(this.#ids.length)
    const port = host[0] === 127 ? (this.#ports[liar] ?? 1) : this.#random.below(65_536)
    return Buffer.from([...(this.#ids[liar] ?? []), ...host, port >> 8, port & 255])
  }

  /** A mutable item, often with a good signature: whoever knows a key can sign anything. */
  #item(): Record<string, Tree> {
    const seq = this.#random.pick([0, 1, -1, Number.MAX_SAFE_INTEGER, this.#random.below(1e9)])
    const v = this.#mostly(this.#random.bytes(this.#random.below(1100)))
    const signable = Buffer.concat([Buffer.from(`3:seqi${seq}e1:v`), encode(v)])
    const k = this.#signatures.publicKey(this.#secret)
    const sig = this.#random.number() < 0.2 ? this.#signatures.sign(this.#secret, signable) : this.#bytes(64)
    return {
      k: this.#mostly(k),
      seq: this.#mostly(seq),
      v,
      sig: this.#mostly(sig),
      cas: this.#mostly(0),
      salt: this.#mostly(this.#random.bytes(this.#random.below(70))),
    }
  }

  #bytes(length: number): Tree {
    const roll = this.#random.number()
    return roll >= this.#wild
      ? this.#random.bytes(length)
      : roll < this.#wild / 2
        ? this.#random.bytes(this.#random.below(40))
        : this.#any(0)
  }

  #mostly(value: Tree): Tree {
    return this.#random.number() >= this.#wild ? value : this.#any(0)
  }

  /** The same with some fields left out. */
  #without(tree: { readonly [key: string]: Tree }): { readonly [key: string]: Tree } {
    return Object.fromEntries(Object.entries(tree).filter(() => this.#random.number() >= this.#wild / 2))
  }

  #any(depth: number): Tree {
    const roll = this.#random.below(depth > 2 ? 3 : 6)
    if (roll === 0) return this.#random.below(2 ** 31) * this.#random.pick([1, -1, 2 ** 20])
    if (roll < 3) return this.#random.bytes(this.#random.below(30))
    if (roll === 3) return Array.from({ length: this.#random.below(4) }, () => this.#any(depth + 1))
    const keys = ['id', 'a', 'toString', '__proto__', 'length', 'constructor']
    return Object.fromEntries(keys.slice(0, this.#random.below(7)).map((key) => [key, this.#any(depth + 1)]))
  }

  #flip(bytes: Uint8Array): Uint8Array {
    const flipped = Uint8Array.from(bytes)
    for (let times = this.#random.below(4); times >= 0; times -= 1) {
      flipped[this.#random.below(flipped.length)] = this.#random.below(256)
    }
    return flipped
  }
}

function text(ascii: string): Uint8Array {
  return Buffer.from(ascii)
}

/** Bencode. */
function encode(tree: Tree): Uint8Array {
  if (typeof tree === 'number') return Buffer.from(`i${BigInt(Math.trunc(tree))}e`)
  if (tree instanceof Uint8Array) return Buffer.concat([Buffer.from(`${tree.length}:`), tree])
  if (Array.isArray(tree))
    return Buffer.concat([Buffer.from('l'), ...tree.map((item: Tree) => encode(item)), Buffer.from('e')])
  const pairs = Object.entries(tree as { readonly [key: string]: Tree }).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.concat([
    Buffer.from('d'),
    ...pairs.flatMap(([key, item]) => [encode(text(key)), encode(item)]),
    Buffer.from('e'),
  ])
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { packets: { type: 'string' }, seed: { type: 'string' } } })
  const report = await fuzzDht(Number(values.packets ?? 10_000), Number(values.seed ?? 1))
  const leaks = report.heapGrewBytes > MAY_GROW
  process.stdout.write(`${JSON.stringify({ ok: report.works && !leaks, ...report })}\n`)
  process.exitCode = report.works && !leaks ? 0 : 1
}
