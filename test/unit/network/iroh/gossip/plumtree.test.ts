import { describe, expect, it } from 'vitest'
import { LimitExceeded } from '../../../../../src/shared/errors.ts'
import { IROH_GOSSIP } from '../../../../../src/main/network/iroh/gossip/config.ts'
import type { Message } from '../../../../../src/main/network/iroh/gossip/wire.ts'
import { maxContentBytes } from '../../../../../src/main/network/iroh/gossip/wire.ts'
import { A, B, C, contentOf, D, gossipOf, Rig, sent, sentTo } from './rig.ts'

const PRUNE: Message = { type: 'Prune' }
const ihave = (text: string, round = 1): Message => ({ type: 'IHave', messages: [{ id: contentOf(text).id, round }] })
const graft = (text: string): Message => ({ type: 'Graft', id: contentOf(text).id, round: 1 })
const own = (text: string, reach: 'Swarm' | 'Neighbors' = 'Swarm') =>
  ({ kind: 'broadcast', content: contentOf(text).content, reach }) as const

describe('[MO24] a content', () => {
  it('of our own is pushed to eager neighbors and announced to lazy ones', () => {
    const rig = new Rig().meet(A, B, C)
    rig.from(B, PRUNE)
    const outputs = rig.step(own('news'))
    expect(sent(outputs)).toEqual([
      [A, gossipOf('news')],
      [C, gossipOf('news')],
    ])
    expect(sent(rig.pass(4))).toEqual([])
    expect(sent(rig.pass(1))).toEqual([[B, ihave('news', 0)]])
  })

  it('of others goes to all but the one that it came from, one hop further', () => {
    const rig = new Rig().meet(A, B, C, D)
    rig.from(C, PRUNE)
    rig.from(A, PRUNE)
    expect(sent(rig.hear(A, gossipOf('news', 2)))).toEqual([
      [B, gossipOf('news', 3)],
      [D, gossipOf('news', 3)],
    ])
    expect(sent(rig.pass(5))).toEqual([[C, ihave('news', 3)]])
  })

  it('that comes twice makes who sent it again lazy', () => {
    const rig = new Rig().meet(A, B, C)
    rig.hear(A, gossipOf('news'))
    expect(rig.from(B, gossipOf('news', 4))).toEqual([{ kind: 'send', peer: B, message: PRUNE }])
    expect(rig.machine.eager()).toEqual([A, C])
    expect(rig.machine.counters().duplicates).toBe(1)
  })

  it('is announced with others that come within 5 ms', () => {
    const rig = new Rig().meet(A, B)
    rig.from(B, PRUNE)
    rig.hear(A, gossipOf('one'))
    rig.pass(3)
    rig.hear(A, gossipOf('two', 6))
    const messages = [
      { id: contentOf('one').id, round: 1 },
      { id: contentOf('two').id, round: 7 },
    ]
    expect(sent(rig.pass(2))).toEqual([[B, { type: 'IHave', messages }]])
    expect(sent(rig.pass(100))).toEqual([])
  })

  it('goes to a new neighbor at once', () => {
    const rig = new Rig().meet(A)
    rig.from(A, PRUNE)
    rig.meet(B)
    expect(rig.machine.eager()).toEqual([B])
  })

  it('that went out lately is only announced', () => {
    const rig = new Rig().meet(A)
    rig.step(own('news'))
    expect(sent(rig.step(own('news')))).toEqual([])
    expect(sent(rig.pass(5))).toEqual([[A, ihave('news', 0)]])
    rig.pass(91_000)
    expect(sent(rig.step(own('news')))).toEqual([[A, gossipOf('news')]])
  })

  it('that does not fit into a message is refused, or not passed on', () => {
    const most = maxContentBytes(IROH_GOSSIP.maxMessageBytes)
    const rig = new Rig().meet(A, B)
    expect(() => rig.step(own('x'.repeat(most + 1)))).toThrow(LimitExceeded)
    expect(sentTo(rig.step(own('x'.repeat(most))), 'Gossip')).toEqual([A, B].toSorted())
    expect(sent(rig.hear(A, gossipOf('y'.repeat(most + 20))))).toEqual([])
    expect(rig.machine.counters().tooLarge).toBe(1)
  })
})

describe('[MO25] a missing content', () => {
  it('is asked for, and all else goes on, where a timer comes a little early', () => {
    const rig = new Rig().meet(A, B)
    rig.from(B, PRUNE)
    rig.from(A, ihave('missing'))
    const due = rig.now + 80
    rig.now = due - 0.4
    expect(rig.machine.step({ kind: 'time' }, rig.now)).toEqual([{ kind: 'timer', at: due }])
    rig.now = due
    expect(sent(rig.step({ kind: 'time' }))).toEqual([[A, graft('missing')]])
    rig.step(own('news'))
    expect(sent(rig.pass(5))).toEqual([[B, ihave('news', 0)]])
  })

  it('is asked for 80 ms after it was announced, of the first that has it', () => {
    const rig = new Rig().meet(A, B)
    rig.from(A, PRUNE)
    rig.from(A, ihave('news', 3))
    rig.from(B, ihave('news', 5))
    expect(sent(rig.pass(79))).toEqual([])
    expect(sent(rig.pass(1))).toEqual([[A, { type: 'Graft', id: contentOf('news').id, round: 3 }]])
    expect(rig.machine.eager()).toContain(A)
  })

  it('is asked for elsewhere after 40 ms more, of each that has it once', () => {
    const rig = new Rig().meet(A, B, C)
    for (const peer of [A, B, A]) rig.from(peer, ihave('news', 3))
    rig.pass(80)
    expect(sentTo(rig.pass(39), 'Graft')).toEqual([])
    expect(sentTo(rig.pass(1), 'Graft')).toEqual([B])
    expect(sent(rig.pass(1000))).toEqual([])
    expect(rig.machine.sizes().missing).toBe(0)
  })

  it('is not asked for where it came in the meantime, or was here before', () => {
    const rig = new Rig().meet(A, B)
    rig.from(A, ihave('news'))
    rig.pass(50)
    rig.hear(B, gossipOf('news'))
    rig.from(A, ihave('news'))
    expect(sentTo(rig.pass(1000), 'Graft')).toEqual([])
  })

  it('is not asked for of who is no neighbor any longer', () => {
    const rig = new Rig().meet(A, B)
    rig.from(A, ihave('news'))
    rig.from(B, ihave('news'))
    rig.step({ kind: 'disconnected', peer: A, reached: true })
    expect(sentTo(rig.pass(1000), 'Graft')).toEqual([B])
  })

  it('is sent to who asks for it, for 30 s', () => {
    const rig = new Rig().meet(A, B)
    rig.hear(A, gossipOf('news', 4))
    rig.from(B, PRUNE)
    expect(sent(rig.from(B, graft('news')))).toEqual([[B, gossipOf('news', 5)]])
    expect(rig.machine.eager()).toContain(B)
    expect(sent(rig.from(B, graft('others')))).toEqual([])
    expect(sent(rig.from(B, { type: 'Graft', id: null, round: 1 }))).toEqual([])
    rig.pass(31_000)
    expect(sent(rig.from(B, graft('news')))).toEqual([])
  })

  it('comes by the shorter way in future, where that is 7 hops shorter', () => {
    const rig = new Rig().meet(A, B)
    rig.from(B, PRUNE)
    rig.from(B, ihave('news', 2))
    expect(sent(rig.from(A, gossipOf('news', 8)))).toEqual([
      [B, { type: 'Graft', id: null, round: 2 }],
      [A, PRUNE],
    ])
    expect(rig.machine.eager()).toEqual([B])
    const even = new Rig().meet(A, B)
    even.from(B, ihave('news', 2))
    expect(sent(even.from(A, gossipOf('news', 7)))).toEqual([])
  })
})

describe('[MO26] judgement', () => {
  it('comes before a content goes anywhere', () => {
    const rig = new Rig().meet(A, B, C)
    rig.from(C, PRUNE)
    const message = gossipOf('news', 2)
    expect(rig.from(A, message)).toEqual([
      { kind: 'received', id: message.id, content: message.content, from: A, hops: 3, reach: 'Swarm' },
    ])
    expect(sent(rig.pass(1000))).toEqual([])
    expect(sent(rig.from(B, graft('news')))).toEqual([])
    expect(sentTo(rig.step({ kind: 'judged', id: message.id, passOn: true }), 'Gossip')).toEqual([B])
  })

  it('keeps what is not to be passed on from everybody', () => {
    const rig = new Rig().meet(A, B, C)
    rig.from(C, PRUNE)
    expect(sent(rig.hear(A, gossipOf('lies'), false))).toEqual([])
    expect(sent(rig.pass(1000))).toEqual([])
    expect(sent(rig.from(B, graft('lies')))).toEqual([])
  })

  it('is asked for once, whoever sends the content again', () => {
    const rig = new Rig().meet(A, B)
    rig.hear(A, gossipOf('lies'), false)
    expect(sent(rig.from(B, gossipOf('lies', 3)))).toEqual([[B, PRUNE]])
    expect(rig.step({ kind: 'judged', id: contentOf('lies').id, passOn: true })).toEqual([])
    rig.from(A, ihave('lies'))
    expect(sent(rig.pass(1000))).toEqual([])
  })

  it('is asked for again when the content was forgotten, after 90 s', () => {
    const rig = new Rig().meet(A)
    rig.hear(A, gossipOf('news'))
    rig.pass(89_000)
    expect(rig.from(A, gossipOf('news')).map(({ kind }) => kind)).toEqual(['send'])
    rig.pass(3_000)
    expect(rig.from(A, gossipOf('news')).map(({ kind }) => kind)).toEqual(['received'])
    expect(rig.machine.sizes()).toMatchObject({ ids: 1, bytes: 0 })
  })

  it('is asked for of a content for neighbors, which goes no further', () => {
    const rig = new Rig().meet(A, B)
    const near: Message & { type: 'Gossip' } = { ...gossipOf('psst'), scope: { kind: 'Neighbors' } }
    expect(rig.from(A, near)).toMatchObject([{ kind: 'received', hops: 1, reach: 'Neighbors' }])
    expect(rig.step({ kind: 'judged', id: near.id, passOn: true })).toEqual([])
    expect(rig.from(A, near)).toEqual([])
    expect(rig.from(B, near)).toEqual([])
    expect(sent(rig.pass(1000))).toEqual([])
    expect(sent(rig.from(B, graft('psst')))).toEqual([])
  })

  it('holds for a content for neighbors that comes for all later', () => {
    const near: Message & { type: 'Gossip' } = { ...gossipOf('psst'), scope: { kind: 'Neighbors' } }
    const passed = new Rig().meet(A, B)
    passed.hear(A, near)
    expect(passed.from(A, gossipOf('psst'))).toEqual([{ kind: 'send', peer: B, message: gossipOf('psst', 1) }])
    const refused = new Rig().meet(A, B)
    refused.hear(A, near, false)
    expect(refused.from(A, gossipOf('psst'))).toEqual([])
    const open = new Rig().meet(A, B)
    open.from(A, near)
    expect(open.from(A, gossipOf('psst'))).toEqual([])
    expect(sentTo(open.step({ kind: 'judged', id: near.id, passOn: true }), 'Gossip')).toEqual([B])
  })

  it('sends a content of our own for neighbors to all of them and to nobody else', () => {
    const rig = new Rig().meet(A, B)
    rig.from(B, PRUNE)
    const outputs = rig.step(own('psst', 'Neighbors'))
    expect(sent(outputs)).toEqual([A, B].map((peer) => [peer, { ...gossipOf('psst'), scope: { kind: 'Neighbors' } }]))
    expect(rig.machine.sizes()).toMatchObject({ ids: 0, bytes: 0 })
  })
})
