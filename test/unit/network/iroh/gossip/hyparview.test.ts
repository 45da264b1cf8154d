import { describe, expect, it } from 'vitest'
import { A, B, C, D, E, F, HIGH, idOf, JOIN, LOW, ME, Rig, sent, sentTo, told } from './rig.ts'

const at = (name: string): Uint8Array => Uint8Array.from(Buffer.from(`at ${name}`))
const nodes = (...ids: (typeof A)[]) => ids.map((id) => ({ id, data: null }))

describe('[MO21] joining', () => {
  it('asks the peers that it is given', () => {
    const rig = new Rig()
    rig.step({ kind: 'data', data: at('me') })
    const outputs = rig.step({ kind: 'join', peers: [A, ME, B] })
    expect(sent(outputs)).toEqual([
      [A, { type: 'Join', data: at('me') }],
      [B, { type: 'Join', data: at('me') }],
    ])
    expect(rig.machine.neighbors()).toEqual([])
    const answered = rig.from(A, { type: 'Neighbor', priority: 'High', data: at('a') })
    expect(told(answered, 'neighborUp')).toEqual([A])
    expect(answered).toContainEqual({ kind: 'peerData', peer: A, data: at('a') })
    expect(sentTo(answered, 'Neighbor')).toEqual([A])
  })

  it('disconnects who never answers', () => {
    const rig = new Rig()
    rig.step({ kind: 'join', peers: [A] })
    expect(told(rig.pass(9_999), 'disconnect')).toEqual([])
    expect(told(rig.pass(1), 'disconnect')).toEqual([A])
  })

  it('takes who joins, and tells its neighbors of it', () => {
    const rig = new Rig().meet(A, B)
    const outputs = rig.from(C, { type: 'Join', data: at('c') })
    expect(told(outputs, 'neighborUp')).toEqual([C])
    expect(sent(outputs)).toEqual([
      [C, HIGH],
      [A, { type: 'ForwardJoin', peer: { id: C, data: at('c') }, ttl: 6 }],
      [B, { type: 'ForwardJoin', peer: { id: C, data: at('c') }, ttl: 6 }],
    ])
  })

  it('drops a neighbor for who joins where all places are taken, and tells it of others', () => {
    const rig = new Rig().meet(A, B, C, D, E)
    const outputs = rig.from(F, JOIN)
    const [dropped] = told(outputs, 'neighborDown')
    expect(rig.machine.neighbors().length).toBe(5)
    expect(rig.machine.neighbors()).toContain(F)
    expect(rig.machine.spares()).toEqual([dropped])
    expect(told(outputs, 'disconnect')).toEqual([dropped])
    const toDropped = sent(outputs).filter(([peer]) => peer === dropped)
    expect(toDropped.map(([, message]) => message.type)).toEqual(['ShuffleReply', 'Disconnect'])
    expect(toDropped[1]?.[1]).toEqual({ type: 'Disconnect', alive: true, respond: false })
    expect(toDropped[0]?.[1]).toMatchObject({ nodes: expect.arrayContaining(nodes(rig.machine.neighbors()[0] ?? A)) })
  })
})

describe('[MO21] a ForwardJoin', () => {
  const forward = (id: typeof A, ttl: number) => ({ type: 'ForwardJoin', peer: { id, data: at('f') }, ttl }) as const

  it('goes on to another neighbor with one hop less', () => {
    const rig = new Rig().meet(A, B)
    expect(sent(rig.from(A, forward(F, 5)))).toEqual([[B, forward(F, 4)]])
    expect(rig.machine.spares()).toEqual([])
  })

  it('leaves its peer in the passive view when three hops are left', () => {
    const rig = new Rig().meet(A, B)
    expect(sent(rig.from(A, forward(F, 3)))).toEqual([[B, forward(F, 2)]])
    expect(rig.machine.spares()).toEqual([F])
  })

  it('ends in a request when no hop is left', () => {
    const rig = new Rig().meet(A, B)
    const outputs = rig.from(A, forward(F, 0))
    expect(outputs).toEqual([
      { kind: 'peerData', peer: F, data: at('f') },
      { kind: 'send', peer: F, message: HIGH },
    ])
    expect(rig.machine.neighbors()).toEqual([A, B])
    expect(told(rig.from(F, HIGH), 'neighborUp')).toEqual([F])
  })

  it('ends in a request where there is nobody to send it to', () => {
    expect(sentTo(new Rig().meet(A).from(A, forward(F, 6)), 'Neighbor')).toEqual([F])
  })

  it('goes no further than from us', () => {
    const rig = new Rig().meet(A, B)
    expect(sent(rig.from(A, forward(F, 60_000)))).toEqual([[B, forward(F, 5)]])
  })

  it('is ignored where it is of us or of nobody', () => {
    const rig = new Rig().meet(A, B)
    expect(rig.from(A, forward(ME, 0))).toEqual([])
    expect(rig.machine.check()).toEqual([])
  })
})

describe('[MO22] a request to be a neighbor', () => {
  it('is granted where it is of high priority, or there is room', () => {
    const rig = new Rig().meet(A, B, C, D)
    expect(sent(rig.from(E, LOW))).toEqual([[E, LOW]])
    const refused = rig.from(F, LOW)
    expect(sent(refused).map(([peer, { type }]) => [peer, type])).toEqual([
      [F, 'ShuffleReply'],
      [F, 'Disconnect'],
    ])
    expect(told(refused, 'disconnect')).toEqual([F])
    expect(told(rig.from(F, HIGH), 'neighborUp')).toEqual([F])
  })

  it('is answered once', () => {
    const rig = new Rig()
    expect(sent(rig.from(A, HIGH))).toEqual([[A, HIGH]])
    expect(rig.from(A, HIGH)).toEqual([])
    expect(sent(rig.from(A, HIGH))).toEqual([[A, HIGH]])
  })

  it('goes to a spare when a neighbor goes, of high priority where there is no other', () => {
    const rig = new Rig().meet(A, B)
    rig.from(A, { type: 'ShuffleReply', nodes: nodes(C) })
    rig.from(C, { type: 'Disconnect', alive: true, respond: false })
    rig.pass(60_000)
    expect(sent(rig.step({ kind: 'disconnected', peer: B, reached: true }))).toEqual([[C, LOW]])
    const alone = new Rig().meet(A)
    alone.from(A, { type: 'ShuffleReply', nodes: nodes(C) })
    alone.from(C, { type: 'Disconnect', alive: true, respond: false })
    expect(sent(alone.step({ kind: 'disconnected', peer: A, reached: false }))).toEqual([[C, HIGH]])
  })

  it('is given up after a while, and twice is enough', () => {
    const rig = new Rig().meet(A)
    expect(sent(rig.from(A, { type: 'ShuffleReply', nodes: nodes(C) }))).toEqual([[C, LOW]])
    rig.pass(500)
    expect(rig.machine.spares()).toEqual([C])
    expect(sentTo(rig.pass(120_000), 'Neighbor').length).toBe(1)
    expect(rig.machine.spares()).toEqual([])
  })

  it('goes to another spare where the first cannot be reached', () => {
    const rig = new Rig()
    rig.from(A, { type: 'ShuffleReply', nodes: nodes(B, C, D, E, F, idOf('g')) })
    const spares = rig.machine.spares()
    expect(spares.length).toBe(6)
    const outputs = rig.step({ kind: 'disconnected', peer: B, reached: false })
    expect(rig.machine.spares()).not.toContain(B)
    expect(sentTo(outputs, 'Neighbor').length).toBeLessThanOrEqual(1)
  })
})

describe('[MO23] shuffles', () => {
  const shuffle = (ttl: number) => ({ type: 'Shuffle', origin: F, nodes: nodes(F, E), ttl }) as const

  it('are sent once a minute, with peers of both views and ourselves', () => {
    const rig = new Rig().meet(A, B, C)
    const outputs = sent(rig.pass(60_000), 'Shuffle')
    expect(outputs.length).toBe(1)
    const [to, message] = outputs[0] ?? []
    expect(message).toMatchObject({ origin: ME, ttl: 6 })
    const ids = message?.type === 'Shuffle' ? message.nodes.map(({ id }) => id) : []
    expect(ids.toSorted()).toEqual([ME, A, B, C].filter((id) => id !== to).toSorted())
    expect(sent(rig.pass(120_000), 'Shuffle').length).toBe(2)
  })

  it('go on while hops are left, and no further than from us', () => {
    const rig = new Rig().meet(A, B)
    expect(sent(rig.from(A, shuffle(3)))).toEqual([[B, shuffle(2)]])
    expect(sent(rig.from(A, shuffle(60_000)))).toEqual([[B, shuffle(5)]])
    expect(rig.machine.spares()).toEqual([])
  })

  it('are answered where they end, with as many peers', () => {
    const rig = new Rig().meet(A, B)
    const outputs = rig.from(A, shuffle(0))
    expect(sent(outputs)).toEqual([[F, { type: 'ShuffleReply', nodes: expect.arrayContaining(nodes(A, B)) }]])
    expect(told(outputs, 'disconnect')).toEqual([F])
    expect(rig.machine.spares().toSorted()).toEqual([E, F].toSorted())
  })

  it('end where there is nobody to send them to', () => {
    expect(sentTo(new Rig().meet(A).from(A, shuffle(6)), 'ShuffleReply')).toEqual([F])
  })

  it('fill the passive view by their answers', () => {
    const rig = new Rig().meet(A, B, C, D, E)
    rig.from(A, { type: 'ShuffleReply', nodes: nodes(F, ME, B) })
    expect(rig.machine.spares()).toEqual([F])
  })
})

describe('[MO21] leaving', () => {
  it('tells neighbors, and ends', () => {
    const rig = new Rig().meet(A, B)
    const outputs = rig.step({ kind: 'quit' })
    expect(sent(outputs, 'Disconnect')).toEqual([
      [A, { type: 'Disconnect', alive: false, respond: false }],
      [B, { type: 'Disconnect', alive: false, respond: false }],
    ])
    expect(told(outputs, 'neighborDown')).toEqual([A, B])
    expect(rig.timerAt).toBeNull()
    expect(rig.from(C, JOIN)).toEqual([])
  })

  it('keeps who left alive as a spare, and not who is gone', () => {
    const rig = new Rig().meet(A, B)
    expect(told(rig.from(A, { type: 'Disconnect', alive: true, respond: false }), 'neighborDown')).toEqual([A])
    rig.from(B, { type: 'Disconnect', alive: false, respond: false })
    expect(rig.machine.spares()).toEqual([A])
  })
})
