/** Which version our entry states, where versions have lines that do not read each other. */
import { describe, expect, it } from 'vitest'
import { Bench } from '../../../support/discovery/bench.ts'
import type { BenchOptions } from '../../../support/discovery/bench.ts'
import { lean } from '../../../support/discovery/dialect.ts'

/** In a network in which 1.0.x and 1.1.x are two lines; ours states 1.0.0 at first. */
const online = (options: BenchOptions = {}): Bench => Bench.online({ dialect: lean, ...options })
const stated = ({ core }: Bench): string => core.parts.own.entry.protocolVersion

function feed(bench: Bench, count: number, protocolVersion: string): void {
  for (let index = 0; index < count; index += 1) bench.feed(`${protocolVersion} ${index}`, { protocolVersion })
}

describe('[EN8] the version that our entry states', () => {
  it('is that of the network: most peers of the line with most of them state it', () => {
    const bench = online()
    const before = bench.core.parts.own.entry.version
    feed(bench, 1, '1.1.3')
    feed(bench, 2, '1.1.7')
    bench.take()
    bench.pass(1000)
    expect(stated(bench)).toBe('1.1.7')
    expect(bench.core.env.dialect.protocolVersion).toBe('1.1.7')
    // It is signed anew, and all hear of it.
    expect(bench.core.parts.own.entry.version.updatedAt).toBeGreaterThan(before.updatedAt)
    expect(bench.events()).toContainEqual(expect.objectContaining({ kind: 'LocalEntryUpdated' }))
  })

  it('stays where as many peers read it, and where only a later one of its line is stated', () => {
    const bench = online()
    feed(bench, 3, '1.1.3')
    feed(bench, 3, '1.0.9')
    bench.pass(60_000)
    expect(stated(bench)).toBe('1.0.0')
    feed(bench, 4, '1.1.3')
    bench.pass(60_000)
    expect(stated(bench)).toBe('1.1.3')
  })

  it('is none that we cannot write, and no unsigned entry counts', () => {
    const bench = online()
    feed(bench, 5, '2.0.0')
    bench.command({ kind: 'insert', entry: bench.signed('typed', { protocolVersion: '1.1.0' }).entry })
    bench.pass(60_000)
    expect(stated(bench)).toBe('1.0.0')
  })

  it('changes at once with the first peer of another line, once more 0.2 s later, then ten seconds apart', () => {
    const bench = online()
    feed(bench, 1, '1.1.0')
    bench.pass(1)
    expect(stated(bench)).toBe('1.1.0')
    // The first one was one of few.
    feed(bench, 2, '1.2.0')
    bench.pass(190)
    expect(stated(bench)).toBe('1.1.0')
    bench.pass(20)
    expect(stated(bench)).toBe('1.2.0')
    feed(bench, 3, '1.3.0')
    bench.pass(9900)
    expect(stated(bench)).toBe('1.2.0')
    bench.pass(200)
    expect(stated(bench)).toBe('1.3.0')
  })

  it('is the one that is set, whatever peers state', () => {
    const bench = online({ protocolVersion: '1.3.1' })
    expect(stated(bench)).toBe('1.3.1')
    feed(bench, 3, '1.1.0')
    bench.pass(60_000)
    expect(stated(bench)).toBe('1.3.1')
    expect(() => online({ protocolVersion: 'newest' })).toThrow('version')
  })
})
