/** The end of the core (rules AN6, WK8, WK9, HD3). */
import { describe, expect, it } from 'vitest'
import { addressHere, dialect, tagsHere } from '../../../support/discovery/dialect.ts'
import { Bench, REACHABLE } from '../../../support/discovery/bench.ts'
import { idOf } from '../../../support/discovery/entries.ts'

describe('the end', () => {
  it('[WK8, HD3] answers what is open, resets streams, and stops the ports; afterwards every command is answered with Cancelled', () => {
    const bench = Bench.online()
    const peerId = bench.feed('ann', REACHABLE)
    bench.connect(peerId)
    const ping = bench.command({ kind: 'ping', peerId })
    const dial = bench.command({ kind: 'dial', targets: [{ addresses: [addressHere('/ip4/10.0.0.1/tcp/1')] }] })
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

describe('a second end', () => {
  it('[WK8] changes nothing: one goodbye, and the ports are stopped once, when the first says so', () => {
    const bench = Bench.online()
    bench.connect(idOf('near'), 'inbound')
    bench.step({ kind: 'leave' })
    bench.pass(400)
    bench.step({ kind: 'leave' })
    const outputs = bench.take()
    expect(outputs.filter(({ kind }) => kind === 'publish')).toHaveLength(1)
    expect(outputs.some(({ kind }) => kind === 'stop')).toBe(false)
    bench.pass(100)
    expect(bench.taken('stop')).toHaveLength(1)
    bench.step({ kind: 'leave' })
    bench.step({ kind: 'stopped', cause: null })
    bench.step({ kind: 'stopped', cause: null })
    const ended = bench.take()
    expect(ended.filter(({ kind }) => kind === 'publish' || kind === 'stop')).toEqual([])
    expect(ended.filter(({ kind }) => kind === 'tell')).toHaveLength(1)
  })

  it('[WK8, AN6] without anybody there is at once, and says no goodbye', () => {
    const bench = Bench.online()
    bench.step({ kind: 'leave' })
    const outputs = bench.take()
    expect(outputs.filter(({ kind }) => kind === 'publish')).toEqual([])
    expect(outputs.some(({ kind }) => kind === 'stop')).toBe(true)
  })
})

describe('a sync that runs', () => {
  it('[WK8] ends with the network, whoever began it, and is not begun again', () => {
    const bench = Bench.online()
    const [one, two] = [bench.connect(idOf('one')), bench.connect(idOf('two'), 'inbound')]
    const ours = bench.lastStream('sync')
    bench.step({ kind: 'opened', id: ours })
    const id = bench.command({ kind: 'sync', peerId: one })
    const theirs = bench.stream(two, 'sync')
    bench.step({ kind: 'leave' })
    bench.take()
    bench.pass(500)
    const ended = bench.take()
    const resets = ended.flatMap((output) => (output.kind === 'reset' ? [output.id] : []))
    expect(resets).toEqual(expect.arrayContaining([ours, theirs]))
    expect(ended.find((output) => output.kind === 'answer')).toMatchObject({
      id,
      answer: { error: { code: 'Cancelled' } },
    })
    bench.step({ kind: 'stopped', cause: null })
    bench.pass(120_000)
    expect(bench.opened('sync')).toEqual([])
    expect(bench.events()).toMatchObject([{ kind: 'NetworkLeft' }])
  })
})

describe('from the goodbye on', () => {
  it('[AN6, PG1] nothing newer of us goes out, to pings neither, and no new stream is served', () => {
    const bench = Bench.online({ config: { announceInterval: 1000, gracefulDepartureWindow: 5000 } })
    const near = bench.connect(idOf('near'), 'inbound')
    bench.step({ kind: 'neighborUp', peerId: near })
    const ping = bench.stream(near, 'ping')
    // The broadcast of the second one is due in a moment.
    for (const tag of ['last but one', 'last'])
      bench.command({ kind: 'change', entry: { ...bench.core.parts.own.entry, tags: tagsHere(tag) } })
    bench.step({ kind: 'leave' })
    const { version } = bench.core.parts.own.entry
    bench.take()
    bench.step({ kind: 'message', id: ping, bytes: dialect.encodePing() })
    bench.step({ kind: 'addresses', addresses: [addressHere('/ip4/10.9.9.9/tcp/1')] })
    bench.step({ kind: 'neighborUp', peerId: idOf('other') })
    const late = bench.stream(near, 'ping')
    bench.pass(4900)
    const outputs = bench.take()
    expect(outputs.filter(({ kind }) => kind === 'publish')).toEqual([])
    expect(outputs.filter((output) => output.kind === 'reset')).toMatchObject([{ id: late }])
    expect(outputs.find((output) => output.kind === 'finish')).toMatchObject({ id: ping })
    expect(bench.core.parts.own.entry.version).toEqual(version)
  })
})

describe('an end that is not ours', () => {
  it('[WK9, EV2] tells the cause', () => {
    const bench = Bench.online()
    bench.step({ kind: 'fail' })
    expect(bench.taken('stop')).toHaveLength(1)
    bench.step({ kind: 'stopped', cause: new Error('the disk is gone') })
    expect(bench.events()).toMatchObject([{ kind: 'NetworkFailed', reason: 'the disk is gone' }])
  })

  it('[WK1, WK8] before the node was online is not told as a network that was left', () => {
    const bench = new Bench()
    bench.take()
    bench.step({ kind: 'leave' })
    bench.step({ kind: 'stopped', cause: null })
    expect(bench.events()).toEqual([])
  })
})
