/** Rests and caps of addresses and hosts over all peers and all paths (rule AD7). */
import { describe, expect, it } from 'vitest'
import { DialFailed, NotDialed } from '../../../../src/shared/errors.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { networkIdFrom } from '../../../../src/shared/ids.ts'
import { encodeRecord } from '../../../../src/main/discovery/dht/record.ts'
import { chainRoot, slotChain } from '../../../../src/main/discovery/dht/chain.ts'
import { addressHere, dialect } from '../../../support/discovery/dialect.ts'
import { Bench, NOW } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'
import { TestSignatures } from '../../../support/discovery/signatures.ts'

const THIRD = addressHere('/ip4/9.9.9.9/tcp/80')

/** The addresses that are dialed in this time; nobody answers. */
function dialedWithin(bench: Bench, ms: number): string[] {
  const dialed: string[] = []
  for (let step = 0; step <= ms; step += 250) {
    for (const output of bench.take())
      if (output.kind === 'dial') {
        dialed.push(...output.target.addresses)
        bench.step({ kind: 'dialFailed', id: output.id, error: new Error('nobody is there') })
      }
    bench.pass(250)
  }
  return dialed
}

describe('[AD7] many peers that are said to be at one place', () => {
  it('have it asked a few times, not once for each', () => {
    const bench = Bench.online({ config: { rttProbeInterval: 5000, rttDialInterval: 5000 } })
    for (let index = 0; index < 40; index += 1) bench.feed(`ghost ${index}`, { addresses: [THIRD] })
    const times = dialedWithin(bench, 120_000).length
    expect(times).toBeGreaterThanOrEqual(4)
    expect(times).toBeLessThanOrEqual(12)
  })

  it('are dialed one at a time', () => {
    const bench = Bench.online()
    for (let index = 0; index < 40; index += 1) bench.feed(`ghost ${index}`, { addresses: [THIRD] })
    bench.pass(5000)
    expect(new Set(bench.taken('dial').map(({ target }) => target.peerId)).size).toBe(1)
  })

  it('are dialed beside each other where they are said to be behind a relay that has a URL', () => {
    const bench = Bench.online()
    const relay = '/iroh-relay/https%3A%2F%2Frelay.example.%2F'
    for (let index = 0; index < 40; index += 1) bench.feed(`ghost ${index}`, { addresses: [relay] })
    bench.pass(5000)
    expect(new Set(bench.taken('dial').map(({ target }) => target.peerId)).size).toBeGreaterThan(1)
  })

  it('at many ports of one host have few of them asked', () => {
    const bench = Bench.online({ config: { rttProbeInterval: 5000, rttDialInterval: 5000 } })
    for (let index = 0; index < 200; index += 1)
      bench.feed(`ghost ${index}`, { addresses: [addressHere(`/ip4/9.9.9.9/tcp/${index + 1}`)] })
    expect(dialedWithin(bench, 120_000).length).toBeLessThanOrEqual(32)
  })

  it.runIf(dialect.abilities.neighbors)('are not asked by a crawl either, and told so', () => {
    const bench = Bench.online()
    const ghosts = Array.from({ length: 40 }, (_, index) => bench.feed(`ghost ${index}`, { addresses: [THIRD] }))
    dialedWithin(bench, 1000)
    for (const peerId of ghosts) bench.command({ kind: 'neighbors', peerId })
    const outputs = bench.take()
    expect(outputs.filter(({ kind }) => kind === 'dial').length).toBeLessThanOrEqual(1)
    expect(outputs.flatMap((output) => (output.kind === 'answer' ? [output.answer] : []))[0]).toMatchObject({
      error: expect.objectContaining({ message: expect.stringContaining('answered lately') }),
    })
  })

  it.runIf(dialect.abilities.neighbors)('do not rest where nobody was dialed: each is told why', () => {
    const bench = Bench.online()
    const at = (port: number): string => addressHere(`/ip4/9.9.9.9/tcp/${port}`)
    const ghosts = Array.from({ length: 12 }, (_, n) => bench.feed(`ghost ${n}`, { addresses: [at(n + 1)] }))
    bench.take()
    const answers: unknown[] = []
    for (let step = 0; step < 40; step += 1) {
      if (step % 4 === 0 && step < 8) for (const peerId of ghosts) bench.command({ kind: 'neighbors', peerId })
      for (const output of bench.take()) {
        if (output.kind === 'answer') answers.push(output.answer)
        if (output.kind === 'dial')
          bench.step({ kind: 'dialFailed', id: output.id, error: new NotDialed(THIRD, 'ownMachine') })
      }
      bench.pass(250)
    }
    expect(answers).toHaveLength(24)
    for (const answer of answers) expect(answer).toMatchObject({ error: { code: 'NotDialed', why: 'ownMachine' } })
  })

  it('[BS4] are listed as not dialed where nobody was, with why', () => {
    const bench = Bench.online()
    const dial = (error: Error): unknown => {
      bench.command({ kind: 'dial', targets: [{ peerId: idOf('ghost'), addresses: [THIRD] }] })
      for (const { id } of bench.taken('dial')) bench.step({ kind: 'dialFailed', id, error })
      return bench.core.parts.bootstrap.facts().attempts
    }
    const none = new NotDialed(THIRD, 'ownMachine')
    expect(dial(none)).toMatchObject([{ state: 'notDialed', reason: none.message, tries: 0 }])
    expect(dial(new DialFailed('nobody is there'))).toMatchObject([{ state: 'failed', tries: 1 }])
  })

  it('are told in the log by why nobody was dialed, apart from those that failed', () => {
    const bench = Bench.online()
    for (const port of [1, 2]) bench.feed(`ghost ${port}`, { addresses: [addressHere(`/ip4/9.9.9.${port}/tcp/80`)] })
    const errors = [new NotDialed(THIRD, 'ownMachine'), new DialFailed('nobody is there')]
    const told: DiscoveryEvent[] = []
    for (let step = 0; step < 40; step += 1) {
      for (const output of bench.take()) {
        const error = output.kind === 'dial' ? errors.shift() : undefined
        if (error !== undefined && 'id' in output) bench.step({ kind: 'dialFailed', id: output.id, error })
        if (output.kind === 'tell' && output.told.kind === 'event' && output.told.event.kind === 'DialFailed')
          told.push(output.told.event)
      }
      bench.pass(250)
    }
    expect(told).toEqual([
      expect.objectContaining({ notDialed: 'ownMachine' }),
      { kind: 'DialFailed', target: expect.any(String), reason: 'nobody is there' },
    ])
  })

  it('are asked where the user insists on one of them', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ghost', { addresses: [THIRD] })
    dialedWithin(bench, 3000)
    bench.command({ kind: 'ping', peerId })
    expect(bench.taken('dial').map(({ target }) => target.insisted)).toEqual([true])
  })

  it('are dialed where one that answered there is among them', () => {
    const bench = Bench.online({ config: { rttProbeInterval: 5000, rttDialInterval: 5000 } })
    bench.step({
      kind: 'connected',
      connection: { peerId: idOf('real'), remoteAddress: THIRD, direction: 'outbound', openedAt: NOW },
    })
    bench.step({ kind: 'disconnected', peerId: idOf('real') })
    for (let index = 0; index < 40; index += 1) bench.feed(`ghost ${index}`, { addresses: [THIRD] })
    dialedWithin(bench, 20_000)
    bench.feed('real', { addresses: [THIRD] })
    expect(bench.taken('dial').map(({ target }) => target.peerId)).toContain(idOf('real'))
  })
})

it.runIf(dialect.abilities.claimsDhtSlots)(
  '[AD7, DH3] DHT slots that all name one place have it asked ever more rarely',
  () => {
    const chain = slotChain(chainRoot(networkIdFrom('core'), 'peerscope'), (secret) =>
      new TestSignatures().publicKey(secret),
    )
    const bench = Bench.online({ dht: true })
    let times = 0
    for (let second = 0; second < 240; second += 1) {
      for (const output of bench.take()) {
        if (output.kind === 'dhtStart') bench.step({ kind: 'dhtStarted', id: output.id })
        else if (output.kind === 'dhtRead') {
          const index = chain.findIndex(({ publicKey }) => Buffer.from(publicKey).equals(Buffer.from(output.publicKey)))
          const holder = idOf(`holder ${index} ${second}`)
          const { value } = encodeRecord(output.publicKey, { holder, addresses: [THIRD] })
          bench.step({ kind: 'dhtRead', id: output.id, item: { value, seq: BigInt(NOW + second) * 1000n } })
        } else if (output.kind === 'dial') {
          times += 1
          bench.step({ kind: 'dialFailed', id: output.id, error: new Error('nobody') })
        } else if (output.kind === 'dhtWrite') bench.step({ kind: 'dhtWritten', id: output.id, taken: true })
      }
      if (second % 2 === 1) bench.pass(2000)
    }
    expect(times).toBeGreaterThanOrEqual(3)
    expect(times).toBeLessThanOrEqual(12)
  },
)
