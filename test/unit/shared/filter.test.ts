import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidArgument } from '../../../src/shared/errors.ts'
import { EVENT_FIELDS } from '../../../src/shared/filter-events.ts'
import { PEER_FIELDS } from '../../../src/shared/filter-peers.ts'
import { FilterError, parseFilter } from '../../../src/shared/filter.ts'
import type { FilterFields } from '../../../src/shared/filter.ts'
import { nickname } from '../../../src/shared/nickname.ts'
import type { PeerRow } from '../../../src/shared/peer.ts'
import { peerIdAt } from '../../support/renderer/fake-network.ts'

const NOW = 1_000_000

function row(index: number, changes: Partial<PeerRow> = {}): PeerRow {
  return {
    peerId: peerIdAt(index),
    self: false,
    state: 'online',
    signed: true,
    protocolVersion: '1.0.0',
    version: { startedAt: NOW - 60_000, updatedAt: NOW },
    addresses: ['/ip4/127.0.0.1/tcp/4001'],
    tags: ['role:validator', 'client:1.4.2'],
    streams: [],
    functions: [],
    groups: [],
    ticketCount: 0,
    neighbor: false,
    connected: false,
    source: 'gossip',
    firstSeen: NOW - 50_000,
    lastSeen: NOW - 2000,
    rtt: { srtt: 250, rttvar: 5, last: 240, at: NOW },
    ...changes,
  }
}

const passes = (text: string, one: PeerRow = row(1)): boolean => parseFilter(text, PEER_FIELDS)(one, NOW)
const problem = (text: string, fields: FilterFields<never> = PEER_FIELDS): FilterError => {
  try {
    parseFilter(text, fields)
  } catch (error) {
    if (error instanceof FilterError) return error
    throw error
  }
  throw new Error(`'${text}' was taken`)
}

it('finds an address in each form that is shown', () => {
  const one = row(1, { addresses: ['/ip4/192.0.2.7/udp/4433/quic-v1', '/iroh-relay/https%3A%2F%2Fr.example%2F'] })
  for (const text of ['address:192.0.2.7:4433', 'address:/ip4/192.0.2.7/*', 'address:*r.example/', '192.0.2.7:4433'])
    expect([text, passes(text, one), passes(text)]).toEqual([text, true, false])
})

describe('a filter', () => {
  it.each([
    ['', true],
    ['   ', true],
    ['tag:role:validator', true],
    ['tag:ROLE:Validator', true],
    ['tag:role', false],
    ['tag:role:*', true],
    ['tag:*1.4*', true],
    ['tag:*valid*2', false],
    ['-state:purged', true],
    ['- state', false],
    ['NOT state:online', false],
    ['rtt>200', true],
    ['rtt>200ms', true],
    ['rtt>=0.25s', true],
    ['rtt<250', false],
    ['rtt=250', true],
    ['rtt:250', true],
    ['silent<3s known>40s', true],
    ['uptime>2m', false],
    ['tag:role:validator -state:purged rtt>200', true],
    ['state:purged OR tag:client:*', true],
    ['state:purged OR state:departed', false],
    ['-(state:purged OR rtt>200)', false],
    ['(state:purged OR rtt>200) neighbor:no', true],
    ['--state:online', true],
    ['127.0.0.1', true],
    ['"role:validator"', true],
    ['"tcp/4001" gossip', true],
    ['tag:"role:validator"', true],
    ['protocol:1.*', true],
    ['"NOT"', false],
  ])('%j on a validator that takes 250 ms: %s', (text, expected) => {
    expect(passes(text)).toBe(expected)
  })

  it('finds peers by id, short id and nickname', () => {
    const one = row(7)
    expect(passes(one.peerId, one)).toBe(true)
    expect(passes(`id:${one.peerId.slice(0, 20)}*`, one)).toBe(true)
    expect(passes(`id:${peerIdAt(8)}`, one)).toBe(false)
    expect(passes(`name:"${nickname(one.peerId)}"`, one)).toBe(true)
    expect(passes(nickname(one.peerId), one)).toBe(true)
  })

  it('compares nothing with a peer that was not measured', () => {
    const silent = row(1, { rtt: null })
    expect([passes('rtt>0', silent), passes('rtt<1000', silent), passes('-rtt>0', silent)]).toEqual([
      false,
      false,
      true,
    ])
  })

  it.each([
    ['tag:', 4, 'a value'],
    ['colour:red', 0, "no field 'colour'"],
    ['constructor:5', 0, "no field 'constructor'"],
    ['state:online role:x', 13, '"role:x"'],
    ['rtt>fast', 4, 'not a duration'],
    ['tickets>many', 8, 'not a number'],
    ['tag>5', 3, 'tag:5'],
    ['(state:online', 0, 'no )'],
    ['state:online)', 12, 'no ('],
    ['a OR', 4, 'missing'],
    ['OR a', 0, 'missing'],
    ['()', 1, 'missing'],
    ['"open', 0, 'no second "'],
    ['NOT', 3, 'missing'],
    ['x'.repeat(1001), 1000, 'at most'],
    ['('.repeat(50) + 'a' + ')'.repeat(50), 21, 'too many'],
  ])('%j points at character %i', (text, position, words) => {
    const error = problem(text)
    expect(error).toBeInstanceOf(InvalidArgument)
    expect(error.message).toContain(words)
    expect(error.position).toBe(position)
  })

  it('names the field that was probably meant, else the tag, or all that can be compared', () => {
    expect(problem('status:left').message).toContain(
      `did you mean 'state'? For a tag write tag:status:left, for the text itself write "status:left"`,
    )
    expect(problem('stats>3').message).toContain("did you mean 'state'? Or for the text itself write")
    expect(problem('status:left').mend).toEqual({ from: 0, to: 6, instead: 'state' })
    expect(problem('tgas>3').message).toContain('fields are first-seen, known,')
    expect(problem('a region:eu b').message).toBe(
      `there is no field 'region': for a tag write tag:region:eu, for the text itself write "region:eu" (at character 3)`,
    )
    for (const [text, instead] of [
      ['a region:eu b', 'tag:region:eu'],
      ['client:"1.5 beta"', 'tag:"client:1.5 beta"'],
      ['region=e*', 'tag:region=e*'],
      ['colour:', null],
      ['colour>5', null],
    ] as const)
      expect([text, problem(text).mend?.instead ?? null]).toEqual([text, instead])
    expect(problem('a region:eu b').mend).toMatchObject({ from: 2, to: 11 })
    // Of two letters that are wrong the field is meant only where the value is one of its own.
    for (const [text, instead] of [
      ['region:eu', 'tag:region:eu'],
      ['reson:left', 'reason'],
      ['suorce:dht', 'source'],
      ['suorce:x', 'tag:suorce:x'],
      ['nmber>5', null],
    ] as const)
      expect([text, problem(text, EVENT_FIELDS).mend?.instead ?? null]).toEqual([text, instead])
    for (const [text, instead] of [
      ['rtt> 200 ms', 'rtt>200ms'],
      ['silent<2minutes', 'silent<2m'],
      ['rtt>fast', null],
    ] as const)
      expect([text, problem(text).mend?.instead ?? null]).toEqual([text, instead])
    // What is written instead can be read.
    expect(() => parseFilter('tag:"client:1.5 beta"', PEER_FIELDS)).not.toThrow()
  })

  it('takes or refuses any text with a FilterError inside the text, and never takes long', () => {
    const signs = fc.string({ unit: fc.constantFrom(...'abt:<>=-()"* OR'.split(''), 'tag:', 'rtt>'), maxLength: 60 })
    fc.assert(
      fc.property(fc.oneof(signs, fc.string()), (text) => {
        try {
          return typeof passes(text) === 'boolean'
        } catch (error) {
          return error instanceof FilterError && error.position >= 0 && error.position <= text.length
        }
      }),
      { seed: 4, numRuns: 3000 },
    )
    expect(passes(`tag:${'*a'.repeat(400)}`, row(1, { tags: ['a'.repeat(64)] }))).toBe(false)
  })

  it('turned around it passes exactly the others', () => {
    fc.assert(
      fc.property(fc.constantFrom('tag:role:*', 'rtt>200', 'state:online', 'gossip'), fc.nat(400), (text, srtt) => {
        const one = row(1, { rtt: { srtt, rttvar: 0, last: srtt, at: NOW } })
        return passes(text, one) !== passes(`-(${text})`, one)
      }),
    )
  })
})
