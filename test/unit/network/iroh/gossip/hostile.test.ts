import { describe, expect, it } from 'vitest'
import { LimitExceeded } from '../../../../../src/shared/errors.ts'
import { BOUNDS } from '../../../../../src/main/network/iroh/gossip/config.ts'
import { isKey } from '../../../../../src/main/network/iroh/gossip/keys.ts'
import type { Message } from '../../../../../src/main/network/iroh/gossip/wire.ts'
import { encodeMessage } from '../../../../../src/main/network/iroh/gossip/wire.ts'
import type { PeerId } from '../../../../../src/shared/ids.ts'
import { peerIdOf } from '../../../../../src/shared/ids.ts'
import { A, B, C, contentOf, D, E, F, gossipOf, HIGH, idOf, JOIN, LOW, ME, Rig, sent, sentTo, told } from './rig.ts'

const nodes = (...ids: PeerId[]) => ids.map((id) => ({ id, data: null }))
const names = (count: number): PeerId[] => Array.from({ length: count }, (_, at) => idOf(`stranger ${at}`))
/** 32 bytes that are no point of the curve. */
const NOBODY = peerIdOf(Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 2 : 0)))

describe('[MO27] what cannot be true', () => {
  it('is dropped: a content whose id is not its hash', () => {
    const rig = new Rig().meet(A, B)
    const forged = { ...gossipOf('news'), id: contentOf('lies').id }
    expect(rig.from(A, forged)).toEqual([])
    expect(rig.machine.counters().badIds).toBe(1)
    expect(rig.machine.sizes().ids).toBe(0)
    expect(rig.from(B, gossipOf('news'))).toMatchObject([{ kind: 'received' }])
  })

  it('is not passed on: a peer that is nobody', () => {
    expect(isKey(NOBODY)).toBe(false)
    expect(isKey(A)).toBe(true)
    const rig = new Rig().meet(A, B)
    const peer = { id: NOBODY, data: null }
    expect(rig.from(A, { type: 'ForwardJoin', peer, ttl: 0 })).toEqual([])
    expect(rig.from(A, { type: 'Shuffle', origin: NOBODY, nodes: nodes(F), ttl: 0 })).toEqual([])
    const on = sent(rig.from(A, { type: 'Shuffle', origin: F, nodes: nodes(NOBODY, F), ttl: 5 }))
    expect(on).toEqual([[B, { type: 'Shuffle', origin: F, nodes: nodes(F), ttl: 4 }]])
    rig.from(A, { type: 'ShuffleReply', nodes: nodes(NOBODY) })
    expect(rig.machine.spares()).toEqual([])
    expect(rig.machine.counters().badKeys).toBe(4)
  })

  it('does not happen: that we are our own peer', () => {
    const rig = new Rig().meet(A)
    for (const message of [JOIN, HIGH, LOW, gossipOf('news')]) expect(rig.from(ME, message)).toEqual([])
    expect(rig.from(A, { type: 'ForwardJoin', peer: { id: ME, data: null }, ttl: 0 })).toEqual([])
    expect(rig.from(A, { type: 'Shuffle', origin: ME, nodes: nodes(ME), ttl: 0 })).toEqual([])
    rig.from(A, { type: 'ShuffleReply', nodes: nodes(ME) })
    expect(rig.step({ kind: 'join', peers: [ME] })).toEqual([])
    expect([...rig.machine.neighbors(), ...rig.machine.spares()]).toEqual([A])
  })

  it('goes no higher: the hops of a content', () => {
    const rig = new Rig().meet(A, B)
    expect(sent(rig.hear(A, gossipOf('news', 65_535)))).toEqual([[B, gossipOf('news', BOUNDS.hops)]])
  })

  it('changes nothing: what others say of a peer that has spoken for itself', () => {
    const at = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text))
    const rig = new Rig().meet(A)
    rig.from(B, { type: 'Join', data: at('mine') })
    const lie = { id: B, data: at('a lie') }
    expect(rig.from(A, { type: 'ShuffleReply', nodes: [lie] })).toEqual([])
    expect(rig.from(A, { type: 'ForwardJoin', peer: lie, ttl: 6 })).toEqual([])
    rig.from(B, { type: 'Disconnect', alive: true, respond: false })
    rig.from(A, { type: 'ShuffleReply', nodes: [lie] })
    const asked = rig.step({ kind: 'disconnected', peer: A, reached: false })
    expect(asked).toContainEqual({ kind: 'peerData', peer: B, data: at('mine') })
  })

  it('does not make a stranger a neighbor', () => {
    const rig = new Rig().meet(A)
    const messages: Message[] = [
      { type: 'ForwardJoin', peer: { id: C, data: null }, ttl: 0 },
      { type: 'Shuffle', origin: C, nodes: nodes(C), ttl: 0 },
      { type: 'Graft', id: null, round: 0 },
      { type: 'Prune' },
      { type: 'IHave', messages: [{ id: contentOf('news').id, round: 0 }] },
    ]
    for (const message of messages) expect(rig.from(B, message)).toEqual([{ kind: 'disconnect', peer: B }])
    expect(rig.machine.counters().strangers).toBe(messages.length)
    expect(rig.pass(1000)).toEqual([])
    // A content is worth something, whoever brings it: its author signed it.
    expect(rig.from(B, gossipOf('news')).map(({ kind }) => kind)).toEqual(['received', 'disconnect'])
  })
})

describe('[MO28] bounds', () => {
  it('hold for the views, whoever comes', () => {
    const rig = new Rig().meet(...names(60))
    expect(rig.machine.neighbors().length).toBe(5)
    expect(rig.machine.spares().length).toBe(30)
  })

  it('hold for the peers of one message', () => {
    const rig = new Rig().meet(A, B, C, D, E)
    rig.from(A, { type: 'ShuffleReply', nodes: nodes(...names(40)) })
    expect(rig.machine.spares().length).toBe(BOUNDS.nodes)
    const [, on] = sent(rig.from(A, { type: 'Shuffle', origin: F, nodes: nodes(...names(40)), ttl: 5 }))[0] ?? []
    expect(on?.type === 'Shuffle' ? on.nodes.length : 0).toBe(BOUNDS.nodes)
  })

  it('hold for address data, ours too', () => {
    const rig = new Rig()
    const large = new Uint8Array(BOUNDS.peerData + 1)
    const outputs = rig.from(A, { type: 'Join', data: large })
    expect(outputs.map(({ kind }) => kind)).toEqual(['neighborUp', 'send'])
    expect(() => rig.step({ kind: 'data', data: large })).toThrow(LimitExceeded)
  })

  it('hold for what is sent: no message is too large for the others', () => {
    const rig = new Rig().meet(A, B, C, D, E)
    const data = new Uint8Array(BOUNDS.peerData)
    rig.from(A, { type: 'ShuffleReply', nodes: names(16).map((id) => ({ id, data })) })
    const [, reply] = sent(rig.from(F, LOW), 'ShuffleReply')[0] ?? []
    expect(reply?.type === 'ShuffleReply' ? reply.nodes.length : 0).toBe(3)
    expect(reply === undefined ? 0 : encodeMessage(reply).length).toBeLessThan(4096)
  })

  it('hold for announcements of what never comes', () => {
    const rig = new Rig().meet(A, B)
    const announced = (from: number) =>
      Array.from({ length: 100 }, (_, at) => ({ id: contentOf(`nothing ${from + at}`).id, round: 1 }))
    for (let from = 0; from < 2 * BOUNDS.missing; from += 100) rig.from(A, { type: 'IHave', messages: announced(from) })
    expect(rig.machine.sizes().missing).toBe(BOUNDS.missing)
    rig.from(B, { type: 'IHave', messages: announced(100_000) })
    expect(rig.machine.sizes().missing).toBe(BOUNDS.missing + 100)
    rig.step({ kind: 'disconnected', peer: A, reached: true })
    expect(rig.machine.sizes().missing).toBe(100)
    rig.pass(1000)
    expect(rig.machine.sizes().missing).toBe(0)
  })

  it('hold for what is to be announced to one neighbor', () => {
    const rig = new Rig().meet(A, B)
    rig.from(B, { type: 'Prune' })
    for (let at = 0; at < BOUNDS.announcements + 10; at += 1) rig.hear(A, gossipOf(`message ${at}`))
    const announced = sent(rig.pass(5), 'IHave').map(([, message]) => message)
    const count = announced.reduce((sum, one) => sum + (one.type === 'IHave' ? one.messages.length : 0), 0)
    expect(count).toBe(BOUNDS.announcements)
    expect(Math.max(...announced.map((one) => encodeMessage(one).length))).toBeLessThan(4096)
  })

  it('hold for contents, in bytes', () => {
    const rig = new Rig().meet(A, B)
    const filler = 'x'.repeat(4000)
    const count = Math.ceil(BOUNDS.contentBytes / 4000) + 5
    for (let at = 0; at < count; at += 1) rig.hear(A, gossipOf(`${at} ${filler}`))
    expect(rig.machine.sizes().bytes).toBeLessThanOrEqual(BOUNDS.contentBytes)
    expect(rig.machine.sizes().ids).toBe(count)
    expect(sentTo(rig.from(B, { type: 'Graft', id: contentOf(`0 ${filler}`).id, round: 0 }), 'Gossip')).toEqual([])
    const newest = contentOf(`${count - 1} ${filler}`).id
    expect(sentTo(rig.from(B, { type: 'Graft', id: newest, round: 0 }), 'Gossip')).toEqual([B])
  })

  it('hold for contents that nobody judges', () => {
    const rig = new Rig().meet(A, B)
    for (let at = 0; at < BOUNDS.unjudged + 1; at += 1) rig.from(A, gossipOf(`message ${at}`))
    expect(rig.machine.sizes().unjudged).toBe(BOUNDS.unjudged)
    const judge = (text: string) => rig.step({ kind: 'judged', id: contentOf(text).id, passOn: true })
    expect(sentTo(judge('message 0'), 'Gossip')).toEqual([])
    expect(sentTo(judge('message 1'), 'Gossip')).toEqual([B])
  })

  it('hold for who is asked', () => {
    const rig = new Rig()
    expect(sentTo(rig.step({ kind: 'join', peers: names(200) }), 'Join').length).toBe(BOUNDS.joins)
    const others = names(200).slice(100)
    expect(sentTo(rig.step({ kind: 'join', peers: others }), 'Join').length).toBe(BOUNDS.waiting - BOUNDS.joins)
    rig.pass(10_000)
    expect(sentTo(rig.step({ kind: 'join', peers: others }), 'Join').length).toBe(BOUNDS.joins)
  })
})

describe('[MO29] a flood', () => {
  it('of Joins takes no more places than 40 at once and 4 a second; who is turned away is told of others', () => {
    const rig = new Rig().meet(A, B, C, D, E)
    const strangers = names(100)
    const outputs = strangers.flatMap((peer) => rig.from(peer, JOIN))
    expect(told(outputs, 'neighborUp').length).toBe(35)
    const [last] = strangers.slice(-1)
    const toLast = sent(outputs).filter(([peer]) => peer === last)
    expect(toLast.map(([, { type }]) => type)).toEqual(['ShuffleReply', 'Disconnect'])
    rig.pass(1000)
    const later = ['x', 'y', 'z', 'u', 'v', 'w'].flatMap((name) => rig.from(idOf(name), HIGH))
    expect(told(later, 'neighborUp').length).toBe(4)
  })

  it('of Joins and requests beyond that is not even answered', () => {
    const rig = new Rig()
    const outputs = names(300).flatMap((peer) => rig.from(peer, JOIN))
    const answered = new Set(sentTo(outputs, 'Disconnect'))
    expect(answered.size).toBeLessThan(40 + 100)
    expect(rig.machine.counters().refused).toBe(260)
  })

  it('of Joins of one neighbor is answered five times', () => {
    const rig = new Rig().meet(A, B)
    const outputs = Array.from({ length: 50 }, () => rig.from(A, JOIN)).flat()
    expect(sentTo(outputs, 'Neighbor').length).toBe(5)
    expect(sentTo(outputs, 'ForwardJoin').length).toBe(5)
  })

  it('of ForwardJoins of one neighbor goes on a hundred times, and asks nobody more than admissions allow', () => {
    const rig = new Rig().meet(A, B, C, D, E)
    const walk = (ttl: number) =>
      names(150).flatMap((id) => rig.from(A, { type: 'ForwardJoin', peer: { id, data: null }, ttl }))
    expect(sentTo(walk(5), 'ForwardJoin').length).toBe(100)
    rig.pass(5000)
    expect(sentTo(walk(0), 'Neighbor').length).toBeLessThanOrEqual(40)
  })

  it('of Shuffles of one neighbor goes on twenty times', () => {
    const rig = new Rig().meet(A, B)
    const outputs = names(50).flatMap((id) => rig.from(A, { type: 'Shuffle', origin: id, nodes: nodes(id), ttl: 4 }))
    expect(sentTo(outputs, 'Shuffle').length).toBe(20)
    expect(sentTo(rig.from(B, { type: 'Shuffle', origin: F, nodes: nodes(F), ttl: 4 }), 'Shuffle')).toEqual([A])
  })

  it('of ShuffleReplies of strangers is read twenty times', () => {
    const rig = new Rig().meet(A, B, C, D, E)
    const known = names(30)
    for (const [at, peer] of known.entries())
      rig.from(peer, { type: 'ShuffleReply', nodes: nodes(known[(at + 1) % 30] ?? A) })
    expect(rig.machine.spares().length).toBe(20)
  })

  it('of Grafts of one neighbor is answered 400 times', () => {
    const rig = new Rig().meet(A, B)
    rig.hear(A, gossipOf('news'))
    const grafts = (peer: PeerId, count: number) =>
      Array.from({ length: count }, () => rig.from(peer, { type: 'Graft', id: contentOf('news').id, round: 0 })).flat()
    expect(sentTo(grafts(B, 1000), 'Gossip').length).toBe(400)
    expect(sentTo(grafts(A, 1), 'Gossip')).toEqual([A])
  })
})
