/** The core by itself: inputs in, outputs out, no ports around it. */
import { describe, expect, it } from 'vitest'
import { decodeGossip } from '../../../src/main/discovery/announce/decode.ts'
import { Core } from '../../../src/main/discovery/core/core.ts'
import type { Input, Moment, Output } from '../../../src/main/discovery/core/io.ts'
import type { Verbosity } from '../../../src/main/discovery/core/log.ts'
import type { SignedPeerEntry } from '../../../src/main/discovery/entry/entry.ts'
import { signEntry } from '../../../src/main/discovery/entry/entry.ts'
import type { Connection } from '../../../src/main/discovery/ports.ts'
import { GossipMessage, PingAnswer, PingRequest } from '../../../src/main/discovery/wire/generated/discovery.js'
import { SyncRequest } from '../../../src/main/discovery/wire/generated/sync.js'
import { resolveConfig } from '../../../src/shared/config.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { networkIdFrom } from '../../../src/shared/ids.ts'
import type { PeerEntry } from '../../../src/shared/peer.ts'
import { SeededRandom } from '../../sim/random.ts'
import { entryOf, idOf, secretOf, signatures } from '../../support/discovery/entries.ts'

const NOW = 1_750_000_000_000
const networkId = networkIdFrom('core')
const QUIET = { announceInterval: 3_600_000, rttProbeInterval: 3_600_000, purgeAfter: 86_400_000 }

/** A core, and a clock that the test moves. */
class Bench {
  readonly core: Core
  readonly outputs: Output[] = []
  #ms = 0

  constructor({ verbosity = 'none' }: { verbosity?: Verbosity } = {}) {
    const self = idOf('me')
    this.core = new Core(
      {
        self,
        networkId,
        secret: secretOf('me'),
        config: resolveConfig(QUIET),
        tags: [],
        random: new SeededRandom(1),
        signatures,
        decodeGossip,
        verbosity,
        moment: this.moment(),
      },
      { given: [], known: [] },
      { dht: false },
    )
  }

  static online(options: { verbosity?: Verbosity } = {}): Bench {
    const bench = new Bench(options)
    bench.step({ kind: 'online', addresses: ['/ip4/127.0.0.1/tcp/1'] })
    bench.step({ kind: 'joined' })
    bench.take()
    return bench
  }

  moment(): Moment {
    return { now: NOW + this.#ms, monotonic: this.#ms }
  }

  step(input: Input): readonly Output[] {
    const outputs = this.core.step(input, this.moment())
    this.outputs.push(...outputs)
    const wrong = this.core.check()
    if (wrong.length > 0) throw new Error(wrong.join('\n'))
    return outputs
  }

  /** Lets time pass, with each timer at its time. */
  pass(ms: number): void {
    const until = this.#ms + ms
    for (;;) {
      const at = this.core.env.timers.next()
      if (at === null || at > until) break
      this.#ms = Math.max(this.#ms, at)
      this.step({ kind: 'time' })
    }
    this.#ms = until
  }

  /** The outputs since the last call. */
  take(): Output[] {
    return this.outputs.splice(0)
  }

  /** Those of one kind. */
  taken<K extends Output['kind']>(kind: K): Extract<Output, { kind: K }>[] {
    return this.take().filter((output): output is Extract<Output, { kind: K }> => output.kind === kind)
  }

  signed(name: string, changes: Partial<PeerEntry> = {}): SignedPeerEntry {
    const at = NOW + Math.floor(this.#ms)
    const base = entryOf(name, { networkId, version: { startedAt: at, updatedAt: at } })
    return signEntry({ ...base, ...changes }, secretOf(name), signatures)
  }

  feed(name: string, changes: Partial<PeerEntry> = {}): PeerId {
    const id = this.core.env.nextId()
    this.step({ kind: 'command', id, command: { kind: 'feed', signed: this.signed(name, changes) } })
    return idOf(name)
  }

  connect(peerId: PeerId, direction: Connection['direction'] = 'outbound'): void {
    const connection = { peerId, remoteAddress: '/ip4/127.0.0.1/tcp/2', direction, openedAt: NOW }
    this.step({ kind: 'connected', connection })
  }

  command(command: Extract<Input, { kind: 'command' }>['command']): number {
    const id = this.core.env.nextId()
    this.step({ kind: 'command', id, command })
    return id
  }
}

const REACHABLE = { addresses: ['/ip4/127.0.0.1/tcp/9'] }

describe('a completion that comes late', () => {
  it('[WK3] of a dial that took too long is dropped, and its place is free at once', () => {
    const bench = Bench.online()
    const targets = Array.from({ length: 9 }, (_, index) => ({ addresses: [`/ip4/10.0.0.${index}/tcp/1`] }))
    const id = bench.command({ kind: 'dial', targets })
    const dials = bench.taken('dial')
    expect(dials).toHaveLength(8)
    bench.pass(10_000)
    const late = bench.take()
    expect(late.filter(({ kind }) => kind === 'callOff')).toHaveLength(8)
    expect(late.filter(({ kind }) => kind === 'dial')).toHaveLength(1)
    for (const dial of dials) bench.step({ kind: 'dialed', id: dial.id, peerId: idOf('somebody') })
    expect(bench.taken('answer')).toEqual([])
    bench.pass(10_000)
    const [answer] = bench.taken('answer')
    expect(answer).toMatchObject({ id })
    expect(JSON.stringify(answer)).not.toContain(idOf('somebody'))
  })

  it('[WK3, RT4] of a ping to a peer that went and came back measures nothing', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann')
    bench.connect(peerId)
    bench.take()
    bench.command({ kind: 'ping', peerId })
    const [open] = bench.taken('open').filter(({ protocol }) => protocol === 'ping')
    const id = open?.id ?? -1
    bench.step({ kind: 'opened', id })
    bench.step({ kind: 'sent', id })
    bench.command({ kind: 'remove', peerId })
    bench.pass(50)
    const again = bench.signed('ann')
    bench.feed('ann')
    bench.pass(50)
    const entry = { entry: Uint8Array.from(again.bytes), signature: Uint8Array.from(again.signature) }
    bench.step({ kind: 'message', id, bytes: PingAnswer.encode({ entry }) })
    expect(bench.taken('answer').at(-1)?.answer).toMatchObject({ result: { rttMs: 100 } })
    expect(bench.core.env.catalog.get(peerId)?.rtt).toBeNull()
  })

  it('on a stream that the core let go of has no effect', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann')
    bench.connect(peerId)
    const id = bench.command({ kind: 'ping', peerId })
    const open = bench.taken('open').find(({ protocol }) => protocol === 'ping')
    bench.step({ kind: 'cancel', id })
    const ended = bench.take()
    expect(ended.find(({ kind }) => kind === 'reset')).toMatchObject({ id: open?.id })
    expect(ended.find(({ kind }) => kind === 'answer')).toMatchObject({ answer: { error: { code: 'Cancelled' } } })
    for (const kind of ['opened', 'sent', 'ended', 'resumed'] as const) bench.step({ kind, id: open?.id ?? -1 })
    bench.step({ kind: 'message', id: open?.id ?? -1, bytes: new Uint8Array(3) })
    bench.step({ kind: 'broke', id: open?.id ?? -1, error: new Error('broke') })
    expect(bench.take().filter(({ kind }) => kind !== 'timer')).toEqual([])
  })
})

describe('a request', () => {
  it('[PG2] ends 5 s after it began, the dial included', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann', REACHABLE)
    bench.take()
    bench.command({ kind: 'ping', peerId })
    const [dial] = bench.taken('dial')
    bench.pass(4000)
    bench.connect(peerId)
    bench.step({ kind: 'dialed', id: dial?.id ?? -1, peerId })
    bench.take()
    bench.pass(999)
    expect(bench.taken('answer')).toEqual([])
    bench.pass(1)
    expect(bench.taken('answer')[0]?.answer).toMatchObject({ error: { code: 'Timeout' } })
  })

  it('[PG1] of a peer is answered with a version of its own', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'), 'inbound')
    const before = bench.core.parts.own.entry.version.updatedAt
    bench.take()
    bench.step({ kind: 'stream', id: 1001, peerId: idOf('ann'), protocol: 'ping' })
    bench.step({ kind: 'message', id: 1001, bytes: PingRequest.encode({}) })
    expect(bench.taken('finish')[0]).toMatchObject({ id: 1001, last: expect.any(Uint8Array) as Uint8Array })
    expect(bench.core.parts.own.entry.version.updatedAt).toBeGreaterThan(before)
  })
})

describe('a sync', () => {
  it('[SY4] ends after 10 s of silence, counted from when the message was out', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'))
    const [open] = bench.taken('open').filter(({ protocol }) => protocol === 'sync')
    const id = open?.id ?? -1
    bench.step({ kind: 'opened', id })
    bench.take()
    bench.pass(9000)
    bench.step({ kind: 'sent', id })
    bench.pass(9999)
    const resets = () => bench.taken('reset').filter((reset) => reset.id === id)
    expect(resets()).toEqual([])
    bench.pass(1)
    expect(resets()).toMatchObject([{ error: { code: 'Timeout' } }])
  })

  it('[SY4] ends after 30 s, however much is said', () => {
    const bench = Bench.online()
    bench.connect(idOf('ann'), 'inbound')
    bench.step({ kind: 'stream', id: 1001, peerId: idOf('ann'), protocol: 'sync' })
    const root = { prefix: '', count: 0, fingerprint: new Uint8Array(16) }
    for (let second = 0; second < 29; second += 1) {
      bench.step({ kind: 'message', id: 1001, bytes: SyncRequest.encode({ compare: { root } }) })
      bench.step({ kind: 'sent', id: 1001 })
      bench.pass(1000)
    }
    bench.take()
    bench.pass(1000)
    expect(bench.taken('reset').filter(({ id }) => id === 1001)).toMatchObject([{ error: { code: 'Timeout' } }])
  })
})

describe('the end', () => {
  it('[WK8, HD3] answers what is open, resets streams, and stops the ports; afterwards every command is answered with Cancelled', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann', REACHABLE)
    bench.connect(peerId)
    const ping = bench.command({ kind: 'ping', peerId })
    const dial = bench.command({ kind: 'dial', targets: [{ addresses: ['/ip4/10.0.0.1/tcp/1'] }] })
    bench.step({ kind: 'stream', id: 1001, peerId, protocol: 'sync' })
    bench.take()
    bench.step({ kind: 'leave' })
    expect(bench.taken('publish')).toHaveLength(1)
    bench.pass(500)
    const ended = bench.take()
    const answers = ended.filter((output) => output.kind === 'answer')
    expect(answers.find(({ id }) => id === ping)?.answer).toMatchObject({ error: { code: 'Cancelled' } })
    expect(answers.find(({ id }) => id === dial)?.answer).toMatchObject({ result: [{ error: { code: 'Cancelled' } }] })
    expect(ended.filter(({ kind }) => kind === 'reset').length).toBeGreaterThanOrEqual(2)
    expect(ended.at(-1)).toEqual({ kind: 'stop' })
    expect(bench.core.env.timers.next()).toBeNull()
    bench.step({ kind: 'stopped', cause: null })
    expect(bench.taken('tell').map(({ told }) => told)).toMatchObject([{ event: { kind: 'NetworkLeft' } }])
    bench.command({ kind: 'remove', peerId })
    expect(bench.taken('answer')[0]?.answer).toMatchObject({ error: { code: 'Cancelled' } })
  })
})

describe('the log', () => {
  it('says at debug level why a peer is not in the catalog', () => {
    const bench = Bench.online({ verbosity: 'debug' })
    const [future, other] = [NOW + 3_600_000, networkIdFrom('another')]
    bench.feed('ann', { version: { startedAt: future, updatedAt: future } })
    bench.feed('bob', { networkId: other })
    bench.connect(idOf('cyd'), 'inbound')
    const { bytes, signature } = bench.signed('dan')
    const forged = { entry: Uint8Array.from(bytes), signature: Uint8Array.from(signature).fill(1) }
    bench.step({ kind: 'gossip', message: GossipMessage.encode({ entry: forged, repeat: 0 }), from: idOf('cyd') })
    const lines = bench.taken('log').map(({ line }) => line)
    const reasonOf = (peer: PeerId): unknown =>
      lines.find((line) => JSON.stringify(line).includes(peer) && line.message === 'refused an entry')?.fields['reason']
    expect(reasonOf(idOf('ann'))).toBe('FromTheFuture')
    expect(reasonOf(idOf('bob'))).toBe('DifferentNetwork')
    expect(reasonOf(idOf('dan'))).toBe('BadSignature')
    expect(lines.every(({ level }) => level === 'debug')).toBe(true)
  })

  it('costs nothing, and says nothing, where it is off', () => {
    const bench = Bench.online()
    bench.feed('ann', { networkId: networkIdFrom('another') })
    expect(bench.taken('log')).toEqual([])
  })
})
