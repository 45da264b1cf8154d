import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EVENT_FIELDS } from '../../../src/shared/filter-events.ts'
import { filterHints } from '../../../src/shared/filter-hints.ts'
import { PEER_FIELDS } from '../../../src/shared/filter-peers.ts'
import { asksFor, asWritten, termsOf, tokenize, withoutTerm } from '../../../src/shared/filter-text.ts'
import { parseFilter } from '../../../src/shared/filter.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

const parts = (text: string): readonly string[] => termsOf(text).map(({ from, to }) => text.slice(from, to))

describe('the terms of a filter', () => {
  it.each([
    ['', []],
    ['fox', ['fox']],
    ['tag:role:* -state:left  rtt>200ms', ['tag:role:*', '-state:left', 'rtt>200ms']],
    ['NOT fox AND tag:"two words"', ['NOT fox', 'tag:"two words"']],
    ['a -(b OR c) d', ['a', '-(b OR c)', 'd']],
    ['a OR b c', ['a OR b c']],
    ['- fox', ['-', 'fox']],
    ['(a', []],
    ['a)', []],
    ['"open', []],
    ['NOT', []],
  ])('%j are %j', (text, expected) => {
    expect(parts(text)).toEqual(expected)
  })

  it('can be taken away one by one', () => {
    const text = 'fox AND -state:left (a OR b)'
    const [first, second, third] = termsOf(text)
    if (first === undefined || second === undefined || third === undefined) throw new Error('there are too few terms')
    expect(withoutTerm(text, first)).toBe('-state:left (a OR b)')
    expect(withoutTerm(text, second)).toBe('fox (a OR b)')
    expect(withoutTerm(text, third)).toBe('fox -state:left')
    expect(withoutTerm('a OR b', { from: 0, to: 6 })).toBe('')
  })

  it('together ask for what the whole asks for', () => {
    const row = peerRow(1, { tags: ['role:seed'], neighbor: true })
    const term = fc.constantFrom('tag:role:*', '-state:left', 'NOT gossip', '(state:here OR rtt>5)', 'neighbor:no')
    fc.assert(
      fc.property(fc.array(term, { maxLength: 5 }), fc.constantFrom(' ', ' AND ', '  '), (terms, between) => {
        const text = terms.join(between)
        const whole = parseFilter(text, PEER_FIELDS)(row, 0)
        expect(parts(text)).toEqual(terms)
        return whole === parts(text).every((part) => parseFilter(part, PEER_FIELDS)(row, 0))
      }),
      { seed: 7 },
    )
  })

  it('tell what is asked for', () => {
    expect(asksFor('fox -(STATE:left OR a)', 'state')).toBe(true)
    expect(asksFor('"state:left" restate:x state', 'state')).toBe(false)
    expect(asksFor('state:"', 'state')).toBe(false)
  })
})

describe('quotes', () => {
  it.each([
    ['"say ""hi"""', 'say "hi"'],
    ['""""', '"'],
    ['""', ''],
    ['a"b""c"d', 'ab"cd'],
    ['"a\\"', 'a\\'],
  ])('%s is the text %s', (text, word) => {
    expect(tokenize(text).map((token) => token.text)).toEqual([word])
  })

  it('must close', () => {
    for (const text of ['"', '"a', '"a""', '"""']) expect(() => tokenize(text)).toThrow('no second "')
  })

  it('write any text, which is read as it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', ' ', '(', ')', '-', 'a', ':', '\\', '*', '\n'), minLength: 1 }),
        (text) => {
          expect(tokenize(`tag:${asWritten(text)}`).map((token) => token.text)).toEqual([`tag:${text}`])
        },
      ),
      { seed: 7 },
    )
  })
})

describe('hints', () => {
  const said = (text: string, fields = PEER_FIELDS): readonly string[] =>
    filterHints(text, fields).map(({ from, to, instead }) => `${text.slice(from, to)} → ${instead ?? '?'}`)

  it.each([
    ['a or b', ['or → OR']],
    ['a Or b', ['Or → OR']],
    ['a and not b', ['and → AND', 'not → NOT']],
    ['not tag:x', ['not → NOT']],
    ['(a) or (b)', ['or → OR']],
    ['a or -b', ['or → OR']],
    ['a "or" b', []],
    ['or', []],
    ['a or', []],
    ['or a', []],
    ['a OR b', []],
    ['a or OR b', []],
    ['state:nieghbor', ['state:nieghbor → state:neighbor']],
    ['state:neighbour', ['state:neighbour → state:neighbor']],
    ['state=knwon', ['state=knwon → ?']],
    ['state:"not knwon"', ['state:"not knwon" → state:"not known"']],
    ['state:neighbor state:ONLINE state:n* -state:self', []],
    ['neighbor:maybe source:DHT', ['neighbor:maybe → ?']],
    ['state:', []],
    ['rtt>200 ms', ['rtt>200 ms → rtt>200ms']],
    ['-rtt>=1.5 s (silent<2 min OR a)', ['rtt>=1.5 s → rtt>=1.5s', 'silent<2 min → silent<2m']],
    ['known>2 days ago uptime<1 h', ['known>2 days ago → known>2d', 'uptime<1 h → uptime<1h']],
    ['silent>1 min 39 s a', ['silent>1 min 39 s → silent>99s']],
    ['rtt > 200 tags >3', ['rtt > 200 → rtt>200', 'tags >3 → tags>3']],
    [
      'last-seen<2026-11-23 11:08:24.353+01:00',
      ['last-seen<2026-11-23 11:08:24.353+01:00 → last-seen<"2026-11-23 11:08:24.353+01:00"'],
    ],
    ['rtt>200ms silent>2 fox', []],
    ['rtt>200 "ms" tickets>5 m name:5 s rtt>200 OR ms', []],
    ['last-seen>=2026-11-23 fox rtt 200', []],
    ['a tag:role:', ['tag:role: → tag:role:*']],
    ['tag=role=', ['tag=role= → tag=role=*']],
    ['tag:client>1.4 fox', ['tag:client>1.4 → ?']],
    ['-tag=client:<=1.*', ['tag=client:<=1.* → ?']],
    ['tag:"client>1.4" tag:a->b tag:client:1.4 name:a>1', []],
    ['tag:role:x tag:role:* tag:"role:" tag:*: tag:: name:a:', []],
  ])('on %j: %j', (text, expected) => {
    expect(said(text)).toEqual(expected)
  })

  it('write one comparison for each field that has a unit', () => {
    for (const field of EVENT_FIELDS.durations) {
      const [hint] = filterHints(`fox ${field}>1.5 min`, EVENT_FIELDS)
      expect([field, hint?.instead, hint?.from]).toEqual([field, `${field}>1.5m`, 4])
      expect(() => parseFilter(`${field}>1.5m`, EVENT_FIELDS)).not.toThrow()
    }
  })

  it('say what to write', () => {
    expect(filterHints('rtt>200 ms', PEER_FIELDS)[0]?.message).toBe(
      "'rtt>200 ms' is read as 2 terms here: for one write rtt>200ms",
    )
    expect(filterHints('a or b', PEER_FIELDS)[0]?.message).toBe(
      "'or' is looked for as a word here: write OR to take either",
    )
    expect(filterHints('kind:gone', EVENT_FIELDS)[0]?.message).toContain(
      "'kind' is never 'gone': it is joined, updated, restarted, left",
    )
  })
})
