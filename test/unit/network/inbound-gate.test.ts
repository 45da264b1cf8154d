import { describe, expect, it } from 'vitest'
import { InboundGate } from '../../../src/main/network/inbound-gate.ts'

/** A connection as the gate sees it. */
class Coming {
  readonly remoteAddr: { toString(): string }
  readonly #listeners: (() => void)[] = []

  constructor(ip: string) {
    this.remoteAddr = { toString: () => `/${ip.includes(':') ? 'ip6' : 'ip4'}/${ip}/tcp/1234` }
  }

  addEventListener(_name: 'close', listener: () => void): void {
    this.#listeners.push(listener)
  }

  close(): void {
    for (const listener of this.#listeners.splice(0)) listener()
  }
}

function setup() {
  let now = 0
  let refused = 0
  const clock = { now: () => 0, monotonic: () => now, schedule: () => () => undefined }
  const gate = new InboundGate(clock, () => (refused += 1))
  const open: Coming[] = []
  /** How many of so many are let in. */
  const come = (count: number, ip: (index: number) => string, shake = false): number => {
    let admitted = 0
    for (let index = 0; index < count; index += 1) {
      const connection = new Coming(ip(index))
      if (!gate.admit(connection)) continue
      admitted += 1
      open.push(connection)
      if (shake) gate.shaken(connection)
    }
    return admitted
  }
  return {
    gate,
    open,
    come,
    refused: () => refused,
    pass: (ms: number) => (now += ms),
    closeAll: () => open.splice(0).forEach((connection) => connection.close()),
  }
}

describe('inbound connections', () => {
  it('[BD5] of one address come in at 20 a second, of its /24 at 40, others beside them', () => {
    const { come, pass, refused, closeAll } = setup()
    expect(come(50, () => '203.0.113.9', true)).toBe(20)
    expect(refused()).toBe(30)
    expect(come(100, (index) => `203.0.113.${index + 10}`, true)).toBe(80 - 20)
    expect(come(5, () => '198.51.100.1', true)).toBe(5)
    closeAll()
    pass(1000)
    expect(come(100, (index) => `203.0.113.${index + 10}`, true)).toBe(40)
  })

  it('[BD5] of one /64 count together, whatever the rest of the address is', () => {
    const { come } = setup()
    expect(come(200, (index) => `2001:db8:1:2::${index.toString(16)}`, true)).toBe(80)
    expect(come(5, () => '2001:db8:1:3::1', true)).toBe(5)
  })

  it('[BD5] of one group are 128 open at once; one that closes makes room', () => {
    const { come, pass, open } = setup()
    for (let second = 0; second < 10; second += 1) {
      come(40, (index) => `203.0.113.${index}`, true)
      pass(1000)
    }
    expect(open).toHaveLength(128)
    expect(come(1, () => '203.0.113.200', true)).toBe(0)
    open[0]?.close()
    expect(come(2, (index) => `203.0.113.${200 + index}`, true)).toBe(1)
    expect(come(1, () => '198.51.100.1', true)).toBe(1)
  })

  it('[BD5] in the handshake are 32 of one group and 64 in all: no group takes the places of all others', () => {
    const { come, open, gate } = setup()
    expect(come(60, (index) => `203.0.113.${index}`)).toBe(32)
    expect(come(60, (index) => `198.51.100.${index}`)).toBe(32)
    expect(come(1, () => '192.0.2.1')).toBe(0)
    const [first, second] = open
    if (first !== undefined) gate.shaken(first)
    expect(come(2, () => '192.0.2.2')).toBe(1)
    // One that goes away in the handshake, and is told of twice.
    if (second !== undefined) {
      second.close()
      gate.shaken(second)
    }
    expect(come(2, () => '192.0.2.3')).toBe(1)
  })

  it('[BD5] are 300 in all, and 1,024 of this machine beside them', () => {
    const { come, closeAll } = setup()
    let admitted = 0
    for (let group = 0; group < 10; group += 1) admitted += come(50, (index) => `10.0.${group}.${index}`, true)
    expect(admitted).toBe(300)
    expect(come(2000, () => '127.0.0.1')).toBe(1024)
    expect(come(1, () => '::1')).toBe(0)
    closeAll()
    expect(come(1, () => '::1')).toBe(1)
    expect(come(1, () => '192.0.2.1')).toBe(1)
  })
})
