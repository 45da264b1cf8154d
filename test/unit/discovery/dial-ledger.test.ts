import { describe, expect, it } from 'vitest'
import { DialLedger } from '../../../src/main/discovery/base/dial-ledger.ts'
import { idOf } from '../../support/discovery/entries.ts'

const HOUR = 3_600_000
const ann = idOf('ann')
const bob = idOf('bob')
const GHOSTS = Array.from({ length: 40 }, (_, index) => idOf(`ghost ${index}`))
const at = (port: number, host = '9.9.9.9'): string => `/ip4/${host}/tcp/${port}`

/** How often a place is asked within a time where nobody answers. */
function asked(ledger: DialLedger, addressOf: (turn: number) => string, forMs: number): number {
  let times = 0
  for (let now = 0; now < forMs; now += 500) {
    const peerId = GHOSTS[(now / 500) % GHOSTS.length] ?? ''
    if (!ledger.allows(addressOf(now / 500), peerId, now)) continue
    times += 1
    ledger.failed(addressOf(now / 500), peerId, now)
  }
  return times
}

describe('[AD7] an address where nobody ever answered', () => {
  it('is asked ever more rarely, whoever is said to be there and however it is written', () => {
    const spelled = [at(80), '/ip6/::ffff:9.9.9.9/tcp/80', '/ip6/0:0:0:0:0:ffff:909:909/tcp/80']
    const times = asked(new DialLedger(() => 0.5), (turn) => spelled[turn % 3] ?? '', 120_000)
    expect(times).toBeGreaterThanOrEqual(5)
    expect(times).toBeLessThanOrEqual(8)
    expect(asked(new DialLedger(() => 0.5), () => at(80), 24 * HOUR)).toBeLessThan(60)
  })

  it('of a host is one of few: eight are tried, then one now and then', () => {
    const times = asked(new DialLedger(() => 0.5), (turn) => at(1 + turn), 120_000)
    expect(times).toBeGreaterThanOrEqual(8)
    expect(times).toBeLessThanOrEqual(16)
    const subnet = asked(new DialLedger(() => 0.5), (turn) => `/ip6/2a00:1450:0:1::${turn.toString(16)}/tcp/1`, 120_000)
    expect(subnet).toBeLessThanOrEqual(16)
    const loopback = asked(new DialLedger(() => 0.5), (turn) => at(1 + turn, `127.0.0.${1 + (turn % 200)}`), 120_000)
    // Of our own machine sixteen, and one every 15 s at the least.
    expect(loopback).toBeGreaterThanOrEqual(16 + 8)
    expect(loopback).toBeLessThanOrEqual(16 + 20)
    const names = asked(new DialLedger(() => 0.5), (turn) => `/dns4/example.org/tcp/${1 + turn}`, 120_000)
    expect(names).toBeLessThanOrEqual(16)
    const relays = asked(
      new DialLedger(() => 0.5),
      (turn) => `${at(1 + turn)}/p2p/${GHOSTS[turn % GHOSTS.length] ?? ''}/p2p-circuit`,
      120_000,
    )
    expect(relays).toBeLessThanOrEqual(16)
  })

  it('does not keep addresses of other hosts waiting', () => {
    const ledger = new DialLedger(() => 0.5)
    asked(ledger, (turn) => at(1 + turn), 60_000)
    expect(ledger.allows(at(9999), ann, 60_000)).toBe(false)
    expect(ledger.allows(at(9999, '9.9.9.10'), ann, 60_000)).toBe(true)
  })
})

describe('[AD7] a host where a peer answered', () => {
  it('is trusted more: 64 other addresses of it are tried', () => {
    const ledger = new DialLedger(() => 0.5)
    asked(ledger, (turn) => at(1 + turn), 60_000)
    ledger.answered(at(4001), ann)
    expect(ledger.allows(at(9999), bob, 60_000)).toBe(true)
    const times = asked(ledger, (turn) => at(10_000 + turn), 60_000)
    expect(times).toBeGreaterThanOrEqual(64)
    expect(times).toBeLessThanOrEqual(72)
  })

  it('has that peer asked again within a minute, whatever others say of the address', () => {
    const ledger = new DialLedger(() => 0.5)
    ledger.answered(at(4001), ann)
    asked(ledger, () => at(4001), HOUR)
    expect(ledger.allows(at(4001), bob, HOUR)).toBe(false)
    expect(ledger.allows(at(4001), ann, HOUR)).toBe(true)
    for (let turn = 0; turn < 20; turn += 1) ledger.failed(at(4001), ann, HOUR)
    expect(ledger.allows(at(4001), ann, HOUR + 1)).toBe(false)
    expect(ledger.allows(at(4001), ann, HOUR + 60_000)).toBe(true)
  })

  it('or from where it came to us, is its own', () => {
    const ledger = new DialLedger(() => 0.5)
    ledger.heard('/ip4/9.9.9.9/tcp/51234', ann)
    asked(ledger, () => at(4001), HOUR)
    expect(ledger.allows(at(4001), ann, HOUR)).toBe(true)
    expect(ledger.trusts(at(4001), ann)).toBe(true)
    expect(ledger.trusts(at(4001, '9.9.9.10'), ann)).toBe(false)
    expect(ledger.trusts(at(4001), bob)).toBe(false)
  })
})

it('[AD7] a peer that is not found at a relay says nothing about others, and rests there itself', () => {
  const ledger = new DialLedger(() => 0.5)
  const relay = '/iroh-relay/https%3A%2F%2Frelay.example.%2F'
  for (const ghost of GHOSTS) for (let turn = 0; turn < 4; turn += 1) ledger.failed(relay, ghost, turn)
  expect(ledger.allows(relay, ann, 10)).toBe(true)
  expect(ledger.allows(relay, GHOSTS[0] ?? '', 10)).toBe(false)
  ledger.answered(relay, ann)
  expect(ledger.trusts(relay, ann)).toBe(true)
  expect(ledger.trusts(relay, bob)).toBe(false)
})

it('[AD7] an IP address of an iroh network is one place, however it is written', () => {
  const ledger = new DialLedger(() => 0.5)
  ledger.failed('/ip4/9.9.9.9/udp/4433/quic-v1', ann, 0)
  expect(ledger.allows('/ip6/::ffff:909:909/udp/4433/quic-v1', bob, 1)).toBe(false)
})

it('[AD7] an address on which the user insists is asked once more', () => {
  const ledger = new DialLedger(() => 0.5)
  for (let port = 1; port < 20; port += 1) ledger.failed(at(port), ann, 0)
  expect(ledger.allows(at(1), ann, 1)).toBe(false)
  ledger.pardon(at(1), ann)
  expect(ledger.allows(at(1), ann, 1)).toBe(true)
  ledger.failed(at(1), ann, 1)
  expect(ledger.allows(at(1), ann, 1000)).toBe(false)
})

it('[AD7] what is remembered of addresses, hosts and peers is bounded', () => {
  const ledger = new DialLedger(() => 0.5)
  for (let index = 0; index < 40_000; index += 1) {
    const address = `/ip4/9.${index >> 16}.${(index >> 8) & 255}.${index & 255}/tcp/1`
    ledger.failed(address, ann, 0)
    ledger.heard(address, `${index}`)
  }
  expect(ledger.check()).toEqual([])
})
