import { describe, expect, it } from 'vitest'
import type { AlertRule } from '../../../../src/shared/alerts.ts'
import { alertRuleSchema, ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import { factsInWords } from '../../../../src/renderer/src/alerts/rule-facts.tsx'
import { isWatchKey } from '../../../../src/renderer/src/alerts/watch-key.ts'
import {
  filterOfPeer,
  islandRules,
  rulesOn,
  watchedPeers,
  watchRules,
} from '../../../../src/renderer/src/alerts/watch.ts'
import { peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const saved = (rules: readonly object[]): AlertRule[] =>
  rules.map((rule, index) => alertRuleSchema.parse({ ...rule, id: `r${index}` }))
const rttOf = (ms: number) => ({ srtt: ms, rttvar: 1, last: ms, at: 0 })

describe('watching', () => {
  it('of a peer tells when it leaves, goes silent or is slow, for what it takes now', () => {
    const { rules, said } = watchRules({ kind: 'peer', row: peerRow(1, { rtt: rttOf(150) }), name: 'brave fox' })
    expect(rules).toMatchObject([
      { kind: 'peer-departed', filter: `id:${peerIdAt(1)}`, how: 'any', name: 'brave fox leaves' },
      { kind: 'rtt-above', filter: `id:${peerIdAt(1)}`, ms: 500, name: 'brave fox is slow' },
    ])
    expect(said).toBe(
      'Watching brave fox: you are told when it leaves, goes silent, or answers more slowly than 500 ms.',
    )
    // What the key makes is what main takes.
    for (const rule of rules) expect(ruleToSaveSchema.safeParse(rule).success).toBe(true)
    expect(watchRules({ kind: 'peer', row: peerRow(1, { rtt: null }), name: 'x' }).rules).toMatchObject([
      {},
      { ms: 300 },
    ])
  })

  it('of a filter tells when fewer are here than now, or one of them departs', () => {
    const { rules, said } = watchRules({ kind: 'filter', filter: ' tag:role:validator ', count: 4 })
    expect(rules).toMatchObject([
      { kind: 'peer-count', filter: 'tag:role:validator', direction: 'below', count: 4 },
      { kind: 'peer-departed', filter: 'tag:role:validator' },
    ])
    expect(said).toMatch(/fewer than 4/)
    // Fewer than none never happens.
    expect(watchRules({ kind: 'filter', filter: 'x', count: 0 }).rules).toMatchObject([{ kind: 'peer-departed' }])
    const long = watchRules({ kind: 'filter', filter: 'x'.repeat(300), count: 2 }).rules
    for (const rule of long) expect(ruleToSaveSchema.safeParse(rule).success).toBe(true)
  })

  it('of the islands tells when one parts from the rest', () => {
    const { rules, said } = watchRules({ kind: 'islands' })
    expect(rules).toMatchObject([{ kind: 'network-split', enabled: true }])
    for (const rule of rules) expect(ruleToSaveSchema.safeParse(rule).success).toBe(true)
    expect(said).toMatch(/when one parts from the rest/)
    const all = saved([...rules, ...watchRules({ kind: 'filter', filter: 'tag:a', count: 2 }).rules])
    expect(islandRules(all).map(({ id }) => id)).toEqual(['r0'])
    expect(rulesOn(all, 'tag:a').map(({ id }) => id)).toEqual(['r1', 'r2'])
  })

  it('is found again by what it watches, so that the same key stops it', () => {
    const filter = filterOfPeer(peerIdAt(1))
    const rules = saved([
      ...watchRules({ kind: 'peer', row: peerRow(1), name: 'a' }).rules,
      ...watchRules({ kind: 'filter', filter: 'tag:a', count: 2 }).rules,
      { kind: 'network-lost', name: 'lost' },
      { kind: 'peer-appeared', name: 'new', filter: 'tag:a' },
    ])
    expect(rulesOn(rules, filter).map(({ id }) => id)).toEqual(['r0', 'r1'])
    expect(rulesOn(rules, ' tag:a ').map(({ id }) => id)).toEqual(['r2', 'r3'])
    expect(rulesOn(rules, '')).toEqual([])
    expect([...watchedPeers(rules)]).toEqual([peerIdAt(1)])
    expect(watchedPeers(rules.map((rule) => ({ ...rule, enabled: false }))).size).toBe(0)
  })
})

it('the key is W alone', () => {
  const press = { key: 'w', ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false }
  expect(isWatchKey(press)).toBe(true)
  expect(isWatchKey({ ...press, key: 'W' })).toBe(true)
  for (const other of [
    { key: 'x' },
    { ctrlKey: true },
    { metaKey: true },
    { altKey: true },
    { repeat: true },
    { defaultPrevented: true },
  ])
    expect(isWatchKey({ ...press, ...other })).toBe(false)
})

it('what a rule would do is said in words', () => {
  const now = 86_400_000
  expect(factsInWords({ matches: 4, fired: 3, since: 0 }, now)).toMatch(
    /^matches 4 now · would have fired 3 times in the last /,
  )
  expect(factsInWords({ matches: 0, fired: 0, since: 0 }, now)).toMatch(/^matches 0 now · would not have fired in the/)
  expect(factsInWords({ matches: 4, fired: null, since: null }, now)).toBe('matches 4 now')
  expect(factsInWords({ matches: null, fired: null, since: null }, now)).toBe('')
})
