import { describe, expect, it } from 'vitest'
import { alertRuleSchema, readRules, ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import { webhookProblem } from '../../../../src/shared/webhook-url.ts'
import type { DiscoveryEvent } from '../../../../src/shared/events.ts'
import { isQuiet, localMinutes } from '../../../../src/main/monitor/alerts/quiet-hours.ts'
import type { Outcome } from '../../../../src/main/monitor/alerts/outcome.ts'
import type { PeerId } from '../../../../src/shared/ids.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'
import { EPOCH, rig, rule, version, words } from './rules-rig.ts'

const departed = (index: number, reason: 'graceful' | 'purged' | 'removed', updatedAt = EPOCH): DiscoveryEvent => ({
  kind: 'PeerDeparted',
  peerId: peerIdAt(index),
  reason,
  version: { startedAt: 1, updatedAt },
})
const rtt = (ms: number) => ({ srtt: ms, rttvar: 1, last: ms, at: EPOCH })

describe('a peer that departs', () => {
  it('is told by the filter, not when the user removed it, and not for ourselves', () => {
    const at = rig([rule({ kind: 'peer-departed', filter: 'tag:a state:purged' })])
    for (const [index, state] of (['purged', 'departed', 'removed', 'purged', 'purged'] as const).entries())
      at.put(peerRow(index, { state, tags: index === 3 ? ['b'] : ['a'], self: index === 4 }))
    expect(at.event(departed(0, 'purged'))).toMatchObject([{ type: 'fire', peerId: peerIdAt(0) }])
    expect(at.event(departed(0, 'purged')), 'the same departure').toEqual([])
    expect(at.event(departed(1, 'graceful'))).toEqual([])
    expect(at.event(departed(2, 'removed'))).toEqual([])
    expect(at.event(departed(3, 'purged'))).toEqual([])
    expect(at.event(departed(4, 'purged'))).toEqual([])
    expect(at.event(departed(9, 'purged')), 'nothing is known of it').toEqual([])
  })

  it('is told by how it went, where the rule asks for that', () => {
    for (const [how, peers] of [
      ['any', [1, 2]],
      ['goodbye', [1]],
      ['silent', [2]],
    ] as const) {
      const at = rig([rule({ kind: 'peer-departed', how })])
      at.put(peerRow(1, { state: 'departed' }))
      at.put(peerRow(2, { state: 'purged' }))
      const fired = [...at.event(departed(1, 'graceful')), ...at.event(departed(2, 'purged'))]
      expect(fired).toMatchObject(peers.map((index) => ({ type: 'fire', peerId: peerIdAt(index) })))
    }
  })

  it('has the events before it as its cause', () => {
    const at = rig([rule({ kind: 'peer-departed' })])
    at.put(peerRow(1, { state: 'purged' }))
    at.event({ kind: 'NeighborDown', peerId: peerIdAt(2) })
    at.event({ kind: 'NeighborDown', peerId: peerIdAt(1) })
    at.event({ kind: 'ClockJumped', byMs: 3_600_000 })
    at.pass(1000)
    const [fired] = at.event(departed(1, 'purged', EPOCH - 9000))
    const told = fired?.type === 'fire' ? fired.told : null
    expect(told?.cause).toBe(
      'Its last announcement was 10 s old; the clock of this machine jumped by 1 h, as after a sleep.',
    )
    expect(told?.events.map(({ seq }) => seq)).toEqual([4, 3, 2])
  })

  it('is only counted after ten alerts of the rule in a minute', () => {
    const at = rig([rule({ kind: 'peer-departed' })])
    const fired: Outcome[] = []
    for (let index = 1; index <= 15; index += 1) {
      at.put(peerRow(index, { state: 'purged' }))
      fired.push(...at.event(departed(index, 'purged')))
    }
    expect(fired.map(({ type }) => type)).toEqual([
      ...Array<string>(10).fill('fire'),
      ...Array<string>(5).fill('repeat'),
    ])
    at.pass(61_000)
    at.put(peerRow(20, { state: 'purged' }))
    expect(at.event(departed(20, 'purged'))).toMatchObject([{ type: 'fire' }])
  })
})

describe('a network that splits', () => {
  const islands = (...sizes: number[]): DiscoveryEvent => ({ kind: 'Islands', count: sizes.length, sizes })

  it('is told with the islands, and is over when it heals', () => {
    const at = rig([rule({ kind: 'network-split' })])
    expect(at.event(islands(24))).toEqual([])
    at.put(peerRow(1, { state: 'departed' }))
    at.event(departed(1, 'graceful'))
    const [fired] = at.event(islands(18, 6))
    expect(fired).toMatchObject({
      type: 'fire',
      told: { what: 'The network split into 2 islands: 18 and 6', cause: '1 peer said goodbye.' },
    })
    expect(at.pass(5000)).toEqual([])
    // More of them are no other alert.
    expect(at.event(islands(12, 6, 6))).toEqual([{ type: 'now', id: 1, now: 'Now: 3 islands.' }])
    expect(words(at.event(islands(24)))).toEqual(['resolve 1'])
  })

  it('says who is gone, by name, where it ended since nobody heard of the others', () => {
    const at = rig([rule({ kind: 'network-split' })])
    const gone = (count: number, ...missing: PeerId[]) => ({ gone: count, missing })
    const [a, b, c] = [1, 2, 3].map((index) => peerIdAt(index)) as [PeerId, PeerId, PeerId]
    at.event(islands(18, 2, 1))
    at.event({ ...islands(18, 1), ...gone(2, a, b) })
    expect(at.event({ ...islands(18), ...gone(1, c) })).toEqual([
      {
        type: 'resolve',
        id: 1,
        ended: `3 peers of the other island were taken for gone: ${nickname(a)}, ${nickname(b)} and ${nickname(c)}.`,
      },
    ])
    // The next split is another one, and who is back is not gone. Of very many not all are named.
    at.event(islands(12, 6))
    at.put(peerRow(1, { state: 'online' }))
    expect(at.event({ ...islands(12), ...gone(300, a, b) })).toMatchObject([
      {
        ended: `299 peers of the other island were taken for gone: ${nickname(b)} and 298 more.`,
      },
    ])
    at.event(islands(12, 6))
    expect(at.event(islands(18))).toEqual([{ type: 'resolve', id: 3 }])
  })

  it('is over when the network is left', () => {
    const at = rig([rule({ kind: 'network-split' })])
    at.event(islands(18, 6))
    expect(words(at.restart())).toEqual(['resolve 1'])
    expect(at.pass(1000)).toEqual([])
  })
})

describe('a peer that appears', () => {
  const discovered = (index: number): DiscoveryEvent => ({
    kind: 'PeerDiscovered',
    peerId: peerIdAt(index),
    source: 'gossip',
    version,
    tags: [],
    addresses: [],
  })

  it('is told once its row is there, by the filter, and not while the network settles', () => {
    const at = rig([rule({ kind: 'peer-appeared', filter: 'tag:a' })], 5000)
    at.pass(1000)
    at.event(discovered(1))
    at.put(peerRow(1, { tags: ['a'] }))
    expect(at.pass(10_000)).toEqual([])
    at.event(discovered(2))
    at.event(discovered(3))
    at.put(peerRow(3))
    expect(at.pass(1000)).toEqual([])
    at.put(peerRow(2, { tags: ['a'] }))
    expect(at.pass(3000)).toMatchObject([{ type: 'fire', peerId: peerIdAt(2) }])
  })

  it('is forgotten when it left before its row came', () => {
    const at = rig([rule({ kind: 'peer-appeared' })])
    at.pass(1000)
    at.event(discovered(2))
    at.put(peerRow(2, { state: 'departed' }))
    at.event(departed(2, 'graceful'))
    at.put(peerRow(2))
    expect(at.pass(5000)).toEqual([])
  })
})

describe('peers that are counted', () => {
  it('are those online that pass, without ourselves', () => {
    const at = rig([rule({ kind: 'peer-count', filter: 'tag:a', direction: 'below', count: 2, forMs: 3000 })])
    at.put(peerRow(0, { self: true, tags: ['a'] }))
    at.put(peerRow(1, { tags: ['a'] }))
    at.put(peerRow(2, { tags: ['a'] }))
    expect(at.pass(10_000)).toEqual([])
    at.put(peerRow(2, { tags: ['a'], state: 'purged' }))
    expect(words(at.pass(10_000))).toEqual(['1 peer that passes “tag:a”: below 2, for at least 3 s'])
    at.put(peerRow(2, { tags: ['a'] }))
    expect(at.pass(2000)).toEqual([{ type: 'resolve', id: 1 }])
  })

  it('are told again while they are too few, as soon as their number is another, until it is as when it fired', () => {
    const at = rig([rule({ kind: 'peer-count', direction: 'below', count: 3, forMs: 0, cooldownMs: 60_000 })])
    const be = (here: number): void => {
      for (const index of [1, 2, 3]) at.put(peerRow(index, { state: index <= here ? 'online' : 'departed' }))
    }
    be(3)
    expect(at.pass(10_000)).toEqual([])
    be(2)
    expect(words(at.pass(10_000))).toEqual(['2 peers: below 3'])
    be(0)
    expect(at.pass(10_000)).toEqual([{ type: 'now', id: 1, now: 'Now: 0 peers.' }])
    be(1)
    expect(at.pass(1000)).toEqual([{ type: 'now', id: 1, now: 'Now: 1 peer.' }])
    be(2)
    expect(at.pass(1000)).toEqual([{ type: 'now', id: 1, now: '' }])
    be(0)
    at.pass(1000)
    be(3)
    expect(at.pass(1000)).toEqual([{ type: 'resolve', id: 1 }])
    // It comes again within the cool-down: the alert is open again, with what it told first.
    be(2)
    expect(at.pass(1000)).toMatchObject([{ type: 'repeat', id: 1 }])
    be(3)
    at.pass(1000)
    be(1)
    expect(at.pass(1000)).toMatchObject([
      { type: 'repeat', id: 1 },
      { type: 'now', id: 1, now: 'Now: 1 peer.' },
    ])
  })

  it('are not too few while joining, and what was open is over when the network is left', () => {
    const at = rig([rule({ kind: 'peer-count', direction: 'below', count: 2, forMs: 0 })], 5000)
    at.be('joining')
    for (const index of [1, 2]) at.put(peerRow(index))
    expect(at.pass(10_000)).toEqual([])
    at.be('alone')
    at.pass(1000)
    for (const index of [1, 2]) at.put(peerRow(index, { state: 'departed' }))
    expect(words(at.pass(10_000))).toEqual(['0 peers: below 2'])
    expect(at.restart()).toEqual([{ type: 'resolve', id: 1 }])
    expect(at.pass(4000)).toEqual([])
  })
})

describe('a slow peer', () => {
  it('is told for itself, with how many others are slow', () => {
    const at = rig([rule({ kind: 'rtt-above', ms: 300, forMs: 2000 })])
    for (const index of [1, 2, 3]) at.put(peerRow(index, { rtt: rtt(index === 1 ? 400 : 20) }))
    const [one, ...none] = at.pass(10_000)
    expect(none).toEqual([])
    expect(one).toMatchObject({
      type: 'fire',
      peerId: peerIdAt(1),
      told: { cause: '1 of 3 measured peers is above it.' },
    })
    at.put(peerRow(2, { rtt: rtt(900) }))
    at.event({ kind: 'Stalled', ms: 3300 })
    at.event({ kind: 'Stalled', ms: 2900 })
    const [two] = at.pass(10_000)
    expect(two?.type === 'fire' ? two.told.cause : '').toMatch(
      /our own connection or this machine may be slow; our own machine stalled 2 times, 6\.2 s in all\.$/,
    )
  })

  it('is above the limit in words too, however little', () => {
    const at = rig([rule({ kind: 'rtt-above', ms: 150, forMs: 0 })])
    for (const [index, ms] of [150.2, 150.6, 263.4].entries()) at.put(peerRow(index + 1, { rtt: rtt(ms) }))
    expect(words(at.pass(1000)).map((what) => /answers in (.*):/.exec(what)?.[1])).toEqual([
      '151 ms',
      '151 ms',
      '263 ms',
    ])
  })

  it('is fine again only well below the limit, and when it is gone', () => {
    const at = rig([rule({ kind: 'rtt-above', ms: 300, forMs: 0 })])
    at.put(peerRow(1, { rtt: rtt(301) }))
    at.put(peerRow(2, { rtt: rtt(301) }))
    expect(at.pass(1000)).toHaveLength(2)
    at.put(peerRow(1, { rtt: rtt(280) }))
    at.put(peerRow(2, { rtt: rtt(301), state: 'purged' }))
    expect(at.pass(5000)).toEqual([{ type: 'resolve', id: 2 }])
    at.put(peerRow(1, { rtt: rtt(260) }))
    expect(at.pass(5000)).toEqual([{ type: 'resolve', id: 1 }])
    at.put(peerRow(1, { rtt: rtt(290) }))
    expect(at.pass(5000)).toEqual([])
  })
})

describe('the lost network', () => {
  it('is told after its time, once, and resolved when it is back', () => {
    const at = rig([rule({ kind: 'network-lost', forMs: 5000 })])
    at.pass(3000)
    at.be('lost')
    expect(at.pass(4000)).toEqual([])
    const fired = at.pass(60_000)
    expect(words(fired)).toEqual(['We lost the network, for at least 5 s'])
    expect(fired).toMatchObject([{ told: { beganAt: EPOCH + 3000 } }])
    at.be('online')
    expect(at.pass(2000)).toEqual([{ type: 'resolve', id: 1 }])
  })

  it('is told at once when the network failed, but not when it could not be joined', () => {
    const failed = (given: ReturnType<typeof rig>) =>
      given.event({ kind: 'NetworkFailed', networkId: 'x' as never, reason: 'the node broke' })
    const at = rig([rule({ kind: 'network-lost', forMs: 5000 })])
    expect(failed(at)).toEqual([])
    at.pass(3000)
    expect(failed(at)).toMatchObject([
      { type: 'fire', told: { what: 'We lost the network', cause: 'The node broke.' } },
    ])
  })
})

describe('changing rules', () => {
  const lasting = (given: object) => rule({ kind: 'network-lost', forMs: 0, ...given })
  const lostRig = (given: object) => {
    const at = rig([lasting(given)])
    at.be('lost')
    return at
  }

  it('goes on where only the name or the delivery changed', () => {
    const at = lostRig({})
    expect(at.pass(1000)).toHaveLength(1)
    expect(at.engine.set([lasting({ name: 'other', webhook: 'https://host/x', notify: false })])).toEqual([])
    expect(at.pass(5000)).toEqual([])
  })

  it('opens the same alert again when a rule comes back within its cool-down', () => {
    const at = lostRig({ cooldownMs: 60_000 })
    expect(at.pass(1000)).toMatchObject([{ type: 'fire', id: 1 }])
    expect(at.engine.set([])).toEqual([{ type: 'resolve', id: 1 }])
    expect(at.engine.set([lasting({ cooldownMs: 60_000, name: 'again' })])).toEqual([])
    const [repeat, ...rest] = at.pass(5000)
    expect([repeat, rest]).toMatchObject([{ type: 'repeat', id: 1, beganAt: expect.any(Number) }, []])
    at.engine.set([lasting({ cooldownMs: 60_000, enabled: false })])
    at.engine.set([lasting({ cooldownMs: 60_000, forMs: 500 })])
    expect(at.pass(2000), 'another rule by now').toMatchObject([{ type: 'fire' }])
  })

  it('ends what is open when a rule changes, is switched off or is removed', () => {
    for (const next of [[lasting({ forMs: 5 })], [lasting({ enabled: false })], []]) {
      const at = lostRig({})
      at.pass(1000)
      expect(at.engine.set(next)).toEqual([{ type: 'resolve', id: 1 }])
    }
  })
})

describe('rules as they are given', () => {
  it('have defaults', () => {
    expect(ruleToSaveSchema.parse({ name: ' x ', kind: 'network-lost' })).toEqual({
      name: 'x',
      kind: 'network-lost',
      enabled: true,
      network: null,
      cooldownMs: 300_000,
      quietHours: null,
      notify: true,
      webhook: null,
      forMs: 10_000,
    })
  })

  it.each([
    [{ kind: 'peer-departed', filter: 'colour:red' }, /no field 'colour'.*character 1/],
    [{ kind: 'network-lost', webhook: 'ftp://host' }, /begins with http/],
    [{ kind: 'network-lost', webhook: 'nowhere' }, /not a URL/],
    [{ kind: 'network-lost', webhook: 'https://user:secret@host/' }, /no user name/],
    [{ kind: 'network-lost', quietHours: { from: 5, to: 5 } }, /different times/],
    [{ kind: 'network-lost', name: ' ' }, /needs a name/],
    [{ kind: 'rtt-above', ms: -1 }, /./],
    [{ kind: 'peer-count', direction: 'below', count: 1.5 }, /./],
    [{ kind: 'other' }, /./],
  ])('%j is refused', (given, message) => {
    const parsed = alertRuleSchema.safeParse({ id: 'r', name: 'r', ...given })
    expect(parsed.success ? '' : parsed.error.message).toMatch(message)
  })

  it('never repeats the text of a bad webhook', () => {
    for (const text of ['https://u:hunter2@host/', 'ftp://hunter2', 'hunter2', 'https:// hunter2'])
      expect(webhookProblem(text)).not.toContain('hunter2')
    expect(webhookProblem('http://127.0.0.1:8080/a?b=c')).toBe(null)
    expect(webhookProblem('https://[::1]/@x')).toBe(null)
  })

  it('are read from the store without those that can no longer be meant', () => {
    const good = rule({ kind: 'network-lost' })
    expect(readRules([good, { kind: 'gone' }, 7])).toEqual({ rules: [good], refused: 2 })
    expect(readRules('nonsense')).toEqual({ rules: [], refused: 1 })
    expect(readRules(undefined)).toEqual({ rules: [], refused: 0 })
  })
})

describe('quiet hours', () => {
  it.each([
    [22 * 60, 7 * 60, 21 * 60 + 59, false],
    [22 * 60, 7 * 60, 22 * 60, true],
    [22 * 60, 7 * 60, 0, true],
    [22 * 60, 7 * 60, 7 * 60, false],
    [60, 120, 59, false],
    [60, 120, 60, true],
    [60, 120, 119, true],
    [60, 120, 120, false],
  ])('from %i to %i at %i: %s', (from, to, minutes, quiet) => {
    expect(isQuiet({ from, to }, minutes)).toBe(quiet)
  })

  it('are none where there are none; the time is the local one', () => {
    expect(isQuiet(null, 0)).toBe(false)
    expect(localMinutes(new Date(2026, 10, 23, 13, 5).getTime())).toBe(13 * 60 + 5)
  })
})
