import { describe, expect, it } from 'vitest'
import type { AlertRule, RuleNow } from '../../../../src/shared/alerts.ts'
import { alertRuleSchema, ruleToSaveSchema } from '../../../../src/shared/alerts.ts'
import { factsInWords } from '../../../../src/renderer/src/alerts/rule-facts.tsx'
import { isWatchKey } from '../../../../src/renderer/src/alerts/watch-key.ts'
import {
  filterOfPeer,
  islandRules,
  meantToWatch,
  rulesOn,
  watchedPeers,
  watchRules as rulesFor,
} from '../../../../src/renderer/src/alerts/watch.ts'
import { createUiStore } from '../../../../src/renderer/src/stores/ui-store.ts'
import { fakeStatus, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const saved = (rules: readonly object[]): AlertRule[] =>
  rules.map((rule, index) => alertRuleSchema.parse({ ...rule, id: `r${index}` }))
const NETWORK = fakeStatus(1, 0).network
const watchRules = (target: Parameters<typeof rulesFor>[0]) => rulesFor(target, NETWORK)
const rttOf = (ms: number) => ({ srtt: ms, rttvar: 1, last: ms, at: 0 })

describe('watching', () => {
  it('of a peer tells when it leaves, goes silent or is slow, for what it takes now', () => {
    const { rules, said } = watchRules({ kind: 'peer', row: peerRow(1, { rtt: rttOf(150) }), name: 'brave fox' })
    expect(rules).toMatchObject([
      { kind: 'peer-departed', filter: `id:${peerIdAt(1)}`, how: 'any', name: 'brave fox leaves' },
      { kind: 'rtt-above', filter: `id:${peerIdAt(1)}`, ms: 500, name: 'brave fox is slow' },
    ])
    // The same words mean others in another network.
    expect(rules.map(({ network }) => network)).toEqual([NETWORK, NETWORK])
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

  it('of the islands tells when the network splits', () => {
    const { rules, said } = watchRules({ kind: 'islands' })
    expect(rules).toMatchObject([{ kind: 'network-split', enabled: true }])
    for (const rule of rules) expect(ruleToSaveSchema.safeParse(rule).success).toBe(true)
    expect(said).toMatch(/when the network splits/)
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

it('means the peer or the filter, whichever was chosen last', () => {
  const ui = createUiStore()
  const meant = () => meantToWatch(ui.getState())
  expect(meant()).toBeNull()
  ui.setState({ selected: peerIdAt(1) })
  expect(meant()).toBe(peerIdAt(1))
  // An inspector that is still open says nothing against the filter that was just written.
  ui.setState({ filter: 'tag:a' })
  expect(meant()).toBe('filter')
  ui.setState({ selected: peerIdAt(2) })
  expect(meant()).toBe(peerIdAt(2))
  ui.setState({ selected: null })
  expect(meant()).toBe('filter')
  ui.setState({ selected: peerIdAt(2), filter: ' ' })
  expect(meant()).toBe(peerIdAt(2))
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

describe('what a rule would do', () => {
  const now = 86_400_000
  const facts = (given: object, holding: RuleNow, fired: number | null = null): string =>
    factsInWords(
      ruleToSaveSchema.parse({ name: 'r', ...given }),
      { now: holding, fired, since: fired === null ? null : 0 },
      now,
    )
  const gone = { kind: 'peer-departed', holds: 1, of: 4 } as const

  it.each<[object, RuleNow, string]>([
    [{ kind: 'peer-departed' }, gone, '1 of 4 peers gone now'],
    [{ kind: 'peer-departed', how: 'goodbye' }, gone, '1 of 4 peers gone by goodbye now'],
    [{ kind: 'peer-departed', how: 'silent' }, { ...gone, holds: 0, of: 1 }, '0 of 1 peer silent now'],
    [{ kind: 'peer-appeared' }, { kind: 'peer-appeared', holds: 4, of: 9 }, '4 here now'],
    [{ kind: 'rtt-above', ms: 300 }, { kind: 'rtt-above', holds: 2, of: 4 }, '2 of 4 measured peers slower now'],
    [
      { kind: 'peer-count', direction: 'below', count: 4 },
      { kind: 'peer-count', holds: false, here: 4, waits: false },
      '4 here: not true now',
    ],
    [
      { kind: 'peer-count', direction: 'below', count: 4 },
      { kind: 'peer-count', holds: false, here: 2, waits: true },
      '2 here: waits until there are 4',
    ],
    [{ kind: 'network-lost' }, { kind: 'network-lost', holds: true }, 'true now'],
    [{ kind: 'network-split' }, { kind: 'network-split', holds: true, islands: 2 }, '2 islands: true now'],
    [{ kind: 'network-split' }, { kind: 'network-split', holds: false, islands: null }, 'islands are not known'],
  ])('%j is said in the words of its kind', (given, holding, words) => {
    expect(facts(given, holding)).toBe(words)
  })

  it('has how often it would have fired', () => {
    expect(facts({ kind: 'peer-departed' }, gone, 3)).toMatch(/gone now · would have fired 3 times in the last 24 h$/)
    expect(facts({ kind: 'peer-departed' }, gone, 0)).toMatch(/gone now · would not have fired in the/)
  })
})
