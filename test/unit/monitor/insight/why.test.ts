import { nickname } from '../../../../src/shared/nickname.ts'
import { describe, expect, it } from 'vitest'
import type { PeerFacts } from '../../../../src/main/monitor/insight/why-parts.ts'
import { NOTICED_MS } from '../../../../src/main/monitor/insight/why-silence.ts'
import { whyPeer } from '../../../../src/main/monitor/insight/why.ts'
import { NotDialed } from '../../../../src/shared/errors.ts'
import { NOT_DIALED } from '../../../../src/shared/not-dialed.ts'
import { eventFields } from '../../../../src/shared/filter-events.ts'
import { parseFilter } from '../../../../src/shared/filter.ts'
import {
  NOW,
  MINUTE,
  PEER,
  row,
  logged,
  stall,
  gone,
  facts,
  fates,
  SLOW,
  SILENT,
  STORED,
  dial,
  timedOut,
  refused,
} from './peer-facts.ts'

describe('why a peer is silent', () => {
  it.each<[string, Partial<PeerFacts>, string]>([
    ['nothing is known of it', {}, 'unknown'],
    ['dialing it failed', { dials: [timedOut] }, 'dials failed'],
    [
      'its machine refuses connections, whatever else happened',
      { dials: [dial(85)], stalls: [stall(NOW - MINUTE, 4000)], together: { silent: fates(16), here: 20 } },
      'crashed',
    ],
    [
      'our own machine stalled for a good part of the time',
      { stalls: [stall(NOW - MINUTE, 4000)], dials: [timedOut] },
      'own stall',
    ],
    [
      'the machine slept',
      {
        events: [
          gone(80, NOW - MINUTE, 'purged'),
          logged(79, NOW - MINUTE - 1000, { kind: 'ClockJumped', byMs: 90_000 }),
        ],
      },
      'clock jumped',
    ],
    [
      'most others went silent with it',
      { together: { silent: fates(16), here: 20 }, dials: [timedOut] },
      'lost network',
    ],
    [
      'we had lost the network, rather than that others crashed with it',
      {
        lostThen: { from: NOW - 2 * MINUTE, to: NOW - MINUTE / 2 },
        together: { silent: fates(16), here: 20 },
        dials: [timedOut],
      },
      'lost network',
    ],
    ['its entries are refused', { events: [gone(80, NOW - MINUTE, 'purged'), refused] }, 'refused entries'],
    [
      'our clock is wrong, as its entries seem old',
      { ownClock: { byMs: 120_000, peers: 5 }, events: [refused] },
      'own clock',
    ],
    ['its clock is wrong', { clockAheadMs: 50_000 }, 'its clock'],
  ])('%s', (_name, changes, kind) => {
    const why = whyPeer(facts({ ...SILENT, ...changes }))
    expect(why.matter).toBe('silent')
    expect(why.causes[0]?.kind).toBe(kind)
  })

  it('says that we had lost the network; on this machine those that stayed silent may have crashed, also once it is over', () => {
    const lost = { from: NOW - 2 * MINUTE, to: NOW - MINUTE / 2 }
    const said = (changes: Partial<PeerFacts>): readonly string[] =>
      whyPeer(facts({ ...SILENT, together: { silent: fates(16), here: 20 }, lostThen: lost, ...changes }))
        .causes.map(({ words }) => words)
        .filter((words) => /lost the network|together/.test(words))
    const loss = 'we had lost the network, 1 min before'
    const crash = expect.stringContaining(
      '16 peers on this machine were ended, crashed or suspended together',
    ) as string
    expect(said({})).toEqual([loss])
    for (const to of [lost.to, Infinity])
      expect(said({ local: true, lostThen: { ...lost, to } })).toEqual([crash, loss])
  })

  it('shows all that it counts as gone together, and calls none silent where we had lost the network', () => {
    const lost = { from: NOW - 2 * MINUTE, to: Infinity }
    const cause = (changes: Partial<PeerFacts>) =>
      whyPeer(facts({ ...SILENT, local: true, together: { silent: fates(16), here: 20 }, ...changes })).causes[0]
    const filter = '(reason:silent OR reason:"not known")'
    expect(cause({})).toMatchObject({ words: expect.stringMatching(/went silent/) as string, evidence: { filter } })
    const notKnown = cause({ row: row({ state: 'lost' }), gone: { at: NOW - MINUTE, reason: 'lost' }, lostThen: lost })
    expect(notKnown).toMatchObject({ words: expect.stringMatching(/were purged/) as string, evidence: { filter } })
    const takes = parseFilter(
      filter,
      eventFields(() => undefined),
    )
    for (const reason of ['purged', 'lost'] as const) expect(takes(gone(80, NOW - MINUTE, reason), NOW)).toBe(true)
  })

  it('puts it down to a loss that began soon after, less the later that was, and not where all are on this machine', () => {
    const at = NOW - MINUTE
    const why = (changes: Partial<PeerFacts>) => whyPeer(facts({ ...SILENT, dials: [timedOut], ...changes }))
    const soon = (ms: number) => ({ lostThen: { from: at + ms, to: Infinity } })
    expect(why(soon(4000)).sentence).toMatch(
      /went silent 1 min ago, perhaps because our own connection was broken already \(we lost the network 4 s later\)\.$/,
    )
    expect(why(soon(4000)).causes[0]).toMatchObject({ kind: 'lost network', confidence: 'possible' })
    const kinds = (changes: Partial<PeerFacts>): readonly string[] => why(changes).causes.map(({ kind }) => kind)
    expect(kinds(soon(33_000))).toEqual(['dials failed', 'lost network', 'unknown'])
    // Of its silence hardly any could be ours: five minutes are many announcements, of which we would have heard all but the last.
    expect(kinds(soon(NOTICED_MS))).toEqual(['dials failed', 'unknown'])
    expect(kinds({ ...soon(4000), purgeAfterMs: 5 * MINUTE })).toEqual(['dials failed', 'unknown'])
    expect(kinds({ ...soon(4000), local: true })).toEqual(['dials failed'])
    // A loss in which it went silent is more than one that came later.
    expect(why(soon(0)).causes[0]).toMatchObject({ kind: 'lost network', confidence: 'likely' })
  })

  it('names a stall of ours that began right after it, and never first', () => {
    const at = NOW - MINUTE
    const told = (stalls: PeerFacts['stalls']) =>
      whyPeer(facts({ ...SILENT, stalls })).causes.map(({ words }) => words.replace(/^it crashed.*/, 'unknown'))
    expect(told([stall(at + 6000, 4000)])).toEqual(['unknown', 'our own machine stalled for 4 s, 2 s later'])
    expect(told([stall(at + 9000, 4000)])).toEqual(['unknown', 'our own machine stalled for 4 s, 5 s later'])
    expect(told([stall(at + 9001, 4000)])).toEqual(['unknown'])
  })

  it('says that it cannot be reached by the last dial that took place, not by those that rest', () => {
    const rests = logged(86, NOW - 1000, {
      kind: 'DialFailed',
      target: PEER,
      reason: new NotDialed('/ip4/192.0.2.1/tcp/1', 'rests').message,
      notDialed: 'rests',
    })
    const late = {
      ...timedOut,
      event: { kind: 'DialFailed', target: PEER, reason: 'x could not be reached: no answer' },
    } as const
    expect(whyPeer(facts({ ...SILENT, dials: [rests, late] })).sentence).toMatch(
      /went silent 1 min ago, probably because it cannot be reached \(no answer\)\.$/,
    )
    expect(whyPeer(facts({ ...SILENT, dials: [rests] })).causes[0]?.words).toBe('it cannot be reached')
    expect(whyPeer(facts({ ...STORED, dials: [rests, { ...rests, seq: 87 }] })).causes[0]?.words).toBe(
      `it was not dialed: ${NOT_DIALED.rests}`,
    )
    expect(whyPeer(facts({ ...STORED, dials: [rests, late] })).causes[0]?.words).toBe('dialing it failed: no answer')
  })

  it('says of a peer that nobody dialed that it was not dialed, and why', () => {
    const reason = new NotDialed('/ip4/127.0.0.1/tcp/1', 'ownMachine').message
    const dials = [logged(87, NOW - 1000, { kind: 'DialFailed', target: PEER, reason, notDialed: 'ownMachine' })]
    const words = `it was not dialed: ${NOT_DIALED.ownMachine}`
    expect(whyPeer(facts({ ...STORED, dials })).causes.map((cause) => cause.words)).toContain(words)
    expect(whyPeer(facts({ ...SILENT, dials })).sentence).not.toMatch(/reached|dials? failed/)
    expect(whyPeer(facts({ dials })).matter).not.toBe('not answering')
  })

  it('does not blame a stall that is short against the time of silence', () => {
    const why = whyPeer(facts({ ...SILENT, purgeAfterMs: 300_000, stalls: [stall(NOW - MINUTE, 1200)] }))
    expect(why.causes.map(({ kind }) => kind)).toEqual(['unknown', 'own stall'])
    expect(why.sentence).toMatch(/went silent 1 min ago, perhaps because it crashed/)
  })
})

describe('why a peer is gone, never reached, or lonely', () => {
  it.each<[string, Partial<PeerFacts>, string, string]>([
    [
      'goodbye',
      {
        row: row({ state: 'departed' }),
        gone: { at: NOW - 1000, reason: 'graceful' },
        events: [gone(81, NOW - 1000, 'graceful')],
      },
      'left',
      'goodbye',
    ],
    ['removed', { row: row({ state: 'removed' }), gone: { at: NOW, reason: 'removed' } }, 'removed', 'user'],
    [
      'displaced',
      { row: row({ state: 'displaced' }), gone: { at: NOW, reason: 'displaced' } },
      'displaced',
      'catalog full',
    ],
    ['dials failed', { ...STORED, dials: [timedOut] }, 'never reached', 'dials failed'],
    ['known from before, and refused', { ...STORED, dials: [dial(60, 18)] }, 'never reached', 'crashed'],
    [
      'all its addresses are private',
      {
        ...STORED,
        row: row({ state: 'stored', rtt: null, addresses: ['/ip4/192.168.1.7/tcp/4001'] }),
        dials: [dial(60)],
      },
      'never reached',
      'private addresses',
    ],
    [
      'it tells no address',
      { ...STORED, row: row({ state: 'stored', addresses: [] }) },
      'never reached',
      'no addresses',
    ],
    ['refused entries', { ...STORED, events: [refused] }, 'never reached', 'refused entries'],
    ['nobody tried', STORED, 'never reached', 'nobody dialed'],
    [
      'here by gossip only, and dials fail',
      { row: row({ rtt: null }), dials: [dial(60)] },
      'never reached',
      'dials failed',
    ],
    ['nobody told its links', { linked: false }, 'lonely', 'untold'],
  ])('%s', (_name, changes, matter, kind) => {
    const why = whyPeer(facts(changes))
    expect(why.matter).toBe(matter)
    expect(why.causes[0]?.kind).toBe(kind)
  })

  it('does not blame addresses by which others are reached', () => {
    const local = {
      row: row({ state: 'stored', rtt: null, addresses: ['/ip4/192.168.1.7/tcp/4001'] }),
      dials: [dial(60)],
    }
    const kinds = (changes: Partial<PeerFacts>): string[] =>
      whyPeer(facts({ ...STORED, ...local, ...changes })).causes.map(({ kind }) => kind)
    expect(kinds({})).toEqual(['private addresses', 'dials failed'])
    expect(kinds({ reachesPrivate: true })).toEqual(['crashed', 'dials failed'])
  })

  it('has the events behind it, once each and not without end', () => {
    const dials = Array.from({ length: 40 }, (_, index) => dial(200 - index))
    const [, cause] = whyPeer(facts({ ...STORED, dials })).causes
    expect(cause?.events).toEqual([200, 199, 198, 197, 196, 195, 194, 193, 192, 191])
    expect(cause?.words).toBe('dialing it failed 40 times, the last time: connection refused')
  })

  it('has nothing to say where nothing is wrong, and of ourselves', () => {
    expect(whyPeer(facts())).toMatchObject({ matter: 'fine', causes: [] })
    expect(whyPeer(facts({ row: row({ self: true }) }))).toMatchObject({ matter: 'ourselves', causes: [] })
    // Where peers tell no links, none that is missing is a sign.
    expect(whyPeer(facts({ linked: null })).matter).toBe('fine')
  })
})

describe('sentences', () => {
  const gossip = facts({ ...SILENT, events: [gone(80, NOW - MINUTE, 'purged'), refused] })
  const jumped = { ...logged(79, NOW - MINUTE - 1000, { kind: 'ClockJumped', byMs: 90_000 }) }
  it.each([
    ['slow', facts(SLOW), 0],
    ['left', facts({ row: row({ state: 'departed' }), gone: { at: NOW - 1000, reason: 'graceful' } }), 1],
    ['silent, refused', gossip, 0],
    ['silent, the machine slept', facts({ ...SILENT, events: [jumped] }), 0],
    ['silent with others', facts({ ...SILENT, together: { silent: fates(16), here: 20 } }), 0],
    ['silent, our clock', facts({ ...SILENT, ownClock: { byMs: 120_000, peers: 5 } }), 0],
    ['crashed', facts({ ...SILENT, dials: [dial(85)] }), 0],
    ['never reached', facts({ ...STORED, dials: [{ ...timedOut, times: 18 }] }), 1],
    [
      'private',
      facts({ ...STORED, row: row({ state: 'stored', rtt: null, addresses: ['/ip4/192.168.1.7/tcp/4001'] }) }),
      0,
    ],
    ['lonely', facts({ linked: false }), 0],
    ['ourselves', facts({ row: row({ self: true }) }), 0],
  ])(
    '%s: begins with a capital or the name as it is, ends with one full stop, and has one colon at most',
    (_name, given, colons) => {
      const { sentence, causes } = whyPeer(given)
      expect(sentence.replace(nickname(given.row.peerId), 'Name')).toMatch(/^[A-Z].*[^.]\.$/)
      expect(sentence.split(':')).toHaveLength(colons + 1)
      for (const { words } of causes) expect(words).toMatch(/^[a-z].*[^.]$/)
    },
  )
})
