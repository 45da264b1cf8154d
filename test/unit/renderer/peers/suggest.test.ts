import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countFacts,
  FactCounter,
  MAX_VALUES,
  NO_FACTS,
  tagKeyOf,
} from '../../../../src/renderer/src/peers/filter-facts.ts'
import type { FilterFacts } from '../../../../src/renderer/src/peers/filter-facts.ts'
import { isComplete, MAX_SUGGESTIONS, suggest, take } from '../../../../src/renderer/src/peers/suggest.ts'
import type { SuggestScope } from '../../../../src/renderer/src/peers/suggest.ts'
import { addUsed, isUsed, MAX_USED } from '../../../../src/renderer/src/peers/used-filters.ts'
import { EVENT_FIELDS } from '../../../../src/shared/filter-events.ts'
import { filterHints } from '../../../../src/shared/filter-hints.ts'
import { parseFilter } from '../../../../src/shared/filter.ts'
import { NO_NAMES } from '../../../../src/shared/names.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import type { PeerRow } from '../../../../src/shared/peer.ts'
import { peerRow } from '../../../support/renderer/fake-network.ts'

const ROWS: readonly PeerRow[] = [
  peerRow(0, { self: true, tags: ['role:seed', 'client:1.4.2'] }),
  peerRow(1, { neighbor: true, tags: ['role:validator', 'client:1.4.2'] }),
  peerRow(2, { tags: ['role:validator', 'client:1.5.0', 'solo'] }),
  peerRow(3, { state: 'departed', tags: ['role:two words', 'client:"1"'], source: 'dht' }),
]
const factsOf = (rows: Iterable<PeerRow>, names = NO_NAMES): FilterFacts => {
  const counter = new FactCounter({ names })
  for (const row of rows) counter.add(row)
  return counter.facts()
}
const facts = factsOf(ROWS)
/** The nickname of a peer, two words. */
const BOTH = nickname(peerRow(1).peerId)
const used = ['tag:role:seed rtt>50ms', 'state:left']
const at = (text: string, caret = text.length, scope: SuggestScope = 'peers', words: readonly string[] = []) =>
  suggest(text, caret, { facts, words, used, scope })
const texts = (text: string, caret?: number, scope?: SuggestScope): readonly string[] =>
  at(text, caret, scope).map((one) => one.text)

it('counts a bounded number of tags, whatever peers make up', () => {
  const counter = new FactCounter({ names: NO_NAMES })
  for (let peer = 0; peer < 400; peer += 1)
    counter.add({ ...peerRow(peer), tags: Array.from({ length: 64 }, (_, n) => `key${n}:value ${peer}`) })
  const { tagKeys } = counter.facts()
  expect(tagKeys.map(({ count }) => count)).toEqual(Array.from({ length: 64 }, () => 400))
  expect(tagKeys.reduce((sum, { values }) => sum + values, 0)).toBe(20_000)
})

describe('facts', () => {
  it('count states, tags and their keys', () => {
    expect(facts.values['state']).toContainEqual({ value: 'here', count: 2 })
    expect(facts.values['state']).toContainEqual({ value: 'left', count: 1 })
    expect(facts.values['tag']?.[0]).toEqual({ value: 'role:validator', count: 2 })
    // What only we have can be asked for, and counts nobody.
    expect(facts.values['tag']).toContainEqual({ value: 'client:1.4.2', count: 1 })
    expect(facts.values['tag']).toContainEqual({ value: 'role:seed', count: null })
    expect(facts.values['state']).toContainEqual({ value: 'ourselves', count: null })
    expect(facts.tagKeys.map(({ key, count, values }) => [key, count, values])).toEqual([
      ['client:', 3, 3],
      ['role:', 3, 3],
    ])
    expect(['role:seed', 'solo', ':x', 'x:', 'a:b:c'].map(tagKeyOf)).toEqual(['role:', null, null, null, 'a:'])
  })

  it('count ids by the words that are known of them', () => {
    const named = factsOf([peerRow(1, { tags: ['id1'] })], new Map([['id1', 'role:archive']]))
    expect(named.values['tag']).toEqual([{ value: 'role:archive', count: 1 }])
    expect(named.tagKeys.map(({ key }) => key)).toEqual(['role:'])
  })

  it('have the names that the user gave to peers', () => {
    const counter = new FactCounter({
      names: NO_NAMES,
      nameOf: (peerId) => (peerId === peerRow(1).peerId ? 'bastion' : 'other'),
    })
    for (const row of ROWS) counter.add(row)
    expect(counter.facts().values['name']).toEqual([
      { value: 'other', count: 2 },
      { value: 'bastion', count: 1 },
    ])
  })

  it('stay bounded, whatever peers make up', () => {
    const rows = Array.from({ length: 200 }, (_, nr) =>
      peerRow(nr, { tags: Array.from({ length: 64 }, (__, index) => `k${nr}.${index}:${index}`) }),
    )
    const { values, tagKeys } = factsOf(rows)
    expect([values['tag']?.length, tagKeys.length]).toEqual([MAX_VALUES, MAX_VALUES])
  })

  it('are counted in short turns, and no further once that is called off', () => {
    let clock = 0
    const waiting: (() => void)[] = []
    const turns = {
      // Each look at the clock costs a millisecond here.
      now: () => (clock += 1),
      later: (act: () => void) => {
        waiting.push(act)
        return () => void waiting.splice(waiting.indexOf(act), 1)
      },
    }
    const rows = Array.from({ length: 1000 }, (_, nr) => peerRow(nr))
    let done: FilterFacts | null = null
    countFacts(rows, { names: NO_NAMES }, turns, (counted) => (done = counted))
    let count = 0
    for (let act = waiting.shift(); act !== undefined; act = waiting.shift(), count++) act()
    expect(count).toBeGreaterThan(2)
    expect((done as FilterFacts | null)?.values['state']).toContainEqual({ value: 'here', count: 1000 })
    done = null
    const stop = countFacts(rows, { names: NO_NAMES }, turns, (counted) => (done = counted))
    waiting.shift()?.()
    stop()
    expect([waiting.length, done]).toEqual([0, null])
  })
})

describe('suggestions', () => {
  it('in an empty field are filters that were used, and fields', () => {
    expect(texts('').slice(0, 4)).toEqual(['tag:role:seed rtt>50ms', 'state:left', 'state:', 'tag:'])
    expect(at('')[2]).toMatchObject({ kind: 'field', field: 'state', open: true })
    expect(texts('', 0, 'events')).toContain('kind:')
  })

  it.each([
    ['st', 'state:'],
    ['RT', 'rtt>'],
    ['state:', 'state:here'],
    ['state:n', 'state:neighbor'],
    ['-state:l', 'state:left'],
    ['(state:si', 'state:silent'],
    ['neigh', 'state:neighbor'],
    ['rol', 'tag:role:'],
    ['valid', 'tag:role:validator'],
    ['tag:', 'tag:role:'],
    ['tag:ro', 'tag:role:'],
    ['tag:role:', 'tag:role:*'],
    ['tag:role:v', 'tag:role:validator'],
    ['tag:valid', 'tag:role:validator'],
    ['tag:role:t', 'tag:"role:two words"'],
    ['tag:"role:t', 'tag:"role:two words"'],
    ['tag:client:', 'tag:"client:""1"""'],
    ['tag:"client:""', 'tag:"client:""1"""'],
    ['tag:s', 'tag:solo'],
    ['rtt>', 'rtt>100ms'],
    ['rtt:', 'rtt>100ms'],
    ['rtt<=2', 'rtt<=200ms'],
    ['known<', 'known<1h'],
    ['source:d', 'source:dht'],
    ['neighbor:', 'neighbor:yes'],
    ['kind:', 'kind:joined'],
    ['kind:si', 'kind:silent'],
    ['ki', 'kind:'],
    ['age<', 'age<1h'],
    [`name:${BOTH.slice(0, 3)}`, `name:"${BOTH}"`],
    [`name:${BOTH.split(' ')[1]}`, `name:"${BOTH}"`],
    ['a or', 'OR'],
    ['not', 'NOT'],
  ])('%s: %s', (text, wanted) => {
    expect(texts(text)).toContain(wanted)
  })

  it('for rules, which are of peers, have nothing of events', () => {
    expect(texts('kind:', undefined, 'peers only')).toEqual([])
    expect(texts('reason:', undefined, 'peers only')).toEqual([])
    expect(texts('ki', undefined, 'peers only')).toEqual([])
    expect(texts('state:l', undefined, 'peers only')).toContain('state:left')
  })

  it('for events have kinds in words', () => {
    expect(texts('kind:', undefined, 'events').slice(0, 3)).toEqual(['kind:joined', 'kind:updated', 'kind:restarted'])
    expect(texts('silent', undefined, 'events')).toContain('kind:silent')
    expect(texts('kind:dial', undefined, 'events')).toEqual(['kind:"dial failed"', 'kind:"not dialed"'])
    expect(texts('reason:', undefined, 'events')).toEqual(
      expect.arrayContaining(['reason:silent', 'reason:"not known"']),
    )
  })

  it('are none in the value of a comparison with spaces, where its hint stands', () => {
    for (const text of ['silent > 1 min 39 s', 'rtt>200 m', 'a silent > 1 min', 'at >= 2026-11-23 11:08'])
      expect([text, texts(text), texts(text, undefined, 'events')]).toEqual([text, [], []])
    // Where no value is written yet, and in the next term, there are.
    for (const text of ['silent > s', 'silent > 1 min s', 'silent > 1 min '])
      expect([text, texts(text).length > 0]).toEqual([text, true])
    expect(texts('silent > 1 min', 3)).toContain('silent>')
  })

  it('say how many peers have it', () => {
    const count = (text: string, wanted: string): number | null | undefined =>
      at(text).find((one) => one.text === wanted)?.count
    expect(count('state:', 'state:here')).toBe(2)
    expect(count('state:', 'state:ourselves')).toBeNull()
    expect(count('state:', 'state:silent')).toBe(0)
    expect(count('tag:role:', 'tag:role:validator')).toBe(2)
    expect(at('tag:').find((one) => one.kind === 'key')).toMatchObject({ count: 3, values: 3, open: true })
  })

  it('know the name book', () => {
    expect(at('tag:arc', 7, 'peers', ['archive'])[0]).toMatchObject({ text: 'tag:archive', count: null })
    expect(at('stream:', 7, 'peers', ['market orders']).map((one) => one.text)).toEqual(['stream:"market orders"'])
  })

  it('offer nothing that stands there already, and nothing where nothing is known', () => {
    expect(texts('state:left')).not.toContain('state:left')
    expect(texts('tag:"client:""1"""')).not.toContain('tag:"client:""1"""')
    expect(texts('zzz')).toEqual([])
    expect(texts('"sta')).toEqual([])
    expect(texts('or')).not.toContain('OR')
  })

  it('offer as changed what an event can have', () => {
    expect(texts('changed:').length).toBeGreaterThan(5)
    expect(texts('changed:')).not.toContain('changed:startedAt')
  })

  it('quote a tag that would be read as a comparison', () => {
    const counted = factsOf([peerRow(1, { tags: ['client>1.4'] })])
    const offered = suggest('tag:cl', 6, { facts: counted, words: [], used: [], scope: 'peers' })
    expect(offered.map((one) => one.text)).toEqual(['tag:"client>1.4"'])
  })

  it('offer filters that begin like this one', () => {
    expect(texts('tag:role:se')[0]).toBe('tag:role:seed rtt>50ms')
    expect(texts('tag:role:se', 3)).not.toContain('tag:role:seed rtt>50ms')
  })

  it('replace the word at the caret, and nothing else', () => {
    const text = 'fox -stat:x rtt>5'
    const [first] = at(text, 8)
    expect(first && take(text, first)).toEqual({ text: 'fox -state: rtt>5', caret: 11 })
  })

  it('are valid, few, and quick for any text and caret', () => {
    const piece = fc.constantFrom(
      'state:',
      'tag:',
      'ro',
      'rtt>',
      '"',
      ' ',
      '-',
      '(',
      ')',
      'or',
      'x',
      'kind:',
      'left',
      '*',
    )
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((all) => all.join('')),
        fc.nat(30),
        fc.constantFrom<SuggestScope>('peers', 'events'),
        (text, caret, scope) => {
          const list = at(text, Math.min(caret, text.length), scope)
          expect(list.length).toBeLessThanOrEqual(MAX_SUGGESTIONS)
          for (const one of list) {
            const taken = take(text, one)
            expect(taken.text.slice(one.from, taken.caret)).toBe(one.text)
            if (one.open || one.kind === 'joint') continue
            expect(() => parseFilter(one.text, EVENT_FIELDS)).not.toThrow()
            expect(filterHints(one.text, EVENT_FIELDS)).toEqual([])
          }
        },
      ),
      { seed: 3, numRuns: 500 },
    )
    expect(suggest('', 0, { facts: NO_FACTS, words: [], used: [], scope: 'peers' })).toHaveLength(MAX_SUGGESTIONS)
  })
})

describe('a word with a whole value', () => {
  const complete = (text: string, scope: SuggestScope = 'events', caret = text.length): boolean =>
    isComplete(text, caret, { facts: longer, words: ['archive'], scope })
  /** Values that others go on from. */
  const longer = factsOf([peerRow(1, { tags: ['client:1.5.0'] }), peerRow(2, { tags: ['client:1.5.0-rc1', 'a*b'] })])

  it.each([
    'state:here',
    'STATE:Online',
    '-state:here',
    '(kind:left',
    'kind:sync',
    'kind:departed',
    'tag:client:1.5.0',
    'tag=client:1.5.0',
    'tag:"client:1.5.0"',
    'tag:archive',
    String.raw`tag:a\*b`,
    'tag:cl*',
    'neighbor:yes',
    'reason:"not known"',
    `name:${BOTH}`.split(' ')[0] ?? '',
    `name:"${BOTH}"`,
    'rtt>50ms',
    'rtt>20',
    'age<1',
    '-uptime>=1',
    'rtt:5',
    'tags>1',
    'at>=2026-11-23',
  ])('is %s', (text) => {
    expect([text, complete(text)]).toEqual([text, true])
  })

  it.each([
    '',
    'st',
    'left',
    'state:',
    'state:he',
    'tag:client:',
    'tag:client:1.5',
    'tag:a',
    'rtt>',
    'rtt>5mi',
    'kind:sy',
  ])('is not %s', (text) => {
    expect([text, complete(text)]).toEqual([text, false])
  })

  it('is the word at the caret, all of it, by the fields that are asked there', () => {
    expect(complete('state:he rtt>5')).toBe(true)
    expect(complete('rtt>5 state:he')).toBe(false)
    expect(complete('tag:client:1.5.0', 'events', 'tag:client:1'.length)).toBe(true)
    expect(complete('kind:left', 'peers only')).toBe(false)
  })

  it('has longer ones beside it, which are offered', () => {
    for (const [text, more] of [
      ['tag:client:1.5.0', 'tag:client:1.5.0-rc1'],
      ['state:here', 'state:"was here"'],
      ['kind:left', 'kind:"we left"'],
      ['kind:sync', 'kind:"sync failed"'],
    ] as const) {
      const offered = suggest(text, text.length, { facts: longer, words: [], used: [], scope: 'events' })
      expect(offered.map((one) => one.text)).toContain(more)
    }
  })
})

describe('filters that were used', () => {
  it('are kept once, the newest first, and not for ever', () => {
    let list: readonly string[] = []
    for (const text of ['a', 'b', ' a ', '', 'x'.repeat(400)]) list = addUsed(list, text)
    expect(list).toEqual(['a', 'b'])
    // What is wrong, or probably meant otherwise, is not offered again.
    for (const text of ['state:foo', 'a and b', 'status:left', 'tag:(', '-']) list = addUsed(list, text)
    expect(list).toEqual(['a', 'b'])
    for (let nr = 0; nr < 30; nr++) list = addUsed(list, String(nr))
    expect(list).toHaveLength(MAX_USED)
    expect([isUsed(list), isUsed([1]), isUsed('a')]).toEqual([true, false, false])
  })
})
