import { expect, test } from 'vitest'
import { PEER_FIELDS } from '../../../../src/shared/filter-peers.ts'
import { compileFilter, filterProblem, ofPeers } from '../../../../src/renderer/src/peers/filter.ts'
import { filterNote, formHint } from '../../../../src/renderer/src/peers/filter-said.ts'

const note = (text: string) => filterNote(text, compileFilter(text, PEER_FIELDS).problem, 'peers')

test('a small word is hinted at in a filter of peers, and in one that asks of events too', () => {
  expect(note('state:left or state:silent').hint).toMatchObject({ instead: 'OR' })
  expect(note('state:neighbor or kind:left')).toMatchObject({ problem: null, hint: { instead: 'OR' } })
})

test('what is wrong is said alone', () => {
  expect(note('state:left or rtt>>2')).toMatchObject({ problem: { position: 18 }, hint: null })
})

test('that a filter asks of events alone is said where there is nothing else to hint at, and is not wrong', () => {
  for (const [filter, instead] of [
    ['kind:left', 'state'],
    ['reason:goodbye', null],
  ] as const)
    expect(note(filter)).toMatchObject({
      problem: null,
      hint: { message: expect.stringContaining('asked of events'), instead },
    })
  expect(note('tag:x')).toEqual({ problem: null, hint: null })
})

test('of events, another word is offered where that alone makes it a filter of peers', () => {
  expect(note('reason:left').hint).toMatchObject({ instead: 'state' })
  expect(note('reason:left OR reason:silent').hint).toMatchObject({
    message: expect.stringContaining('asked of events'),
    instead: null,
  })
})

test('a view that says itself that a filter is of events hints at nothing but what is meant otherwise', () => {
  const told = (text: string) => filterNote(text, compileFilter(text, PEER_FIELDS).problem, 'peers', true)
  expect(told('reason:left')).toEqual({ problem: null, hint: null })
  expect(told('kind:joined or kind:left').hint).toMatchObject({ instead: 'OR' })
  expect(told('rtt>>2').problem).not.toBeNull()
})

test('says in a form what was probably meant, by the fields of what it asks for', () => {
  expect(formHint('rtt>200 ms', 'peers only')).toMatchObject({ instead: 'rtt>200ms' })
  expect(formHint('rtt>200ms', 'peers only')).toBeNull()
  expect(formHint('kind:joined or kind:left', 'events')).toMatchObject({ instead: 'OR' })
})

test('what asks of events alone is told as that where peers are asked for, and what is wrong as what it is', () => {
  const problem = (text: string) => ofPeers(text, filterProblem(text, PEER_FIELDS), 'choose events')
  expect(problem('tag:a kind:left')).toMatchObject({
    plain: 'choose events',
    position: 6,
    mend: { from: 6, to: 10, instead: 'state' },
  })
  expect(problem('reason:goodbye')).toMatchObject({ plain: 'choose events', mend: null })
  expect(problem('region:eu')).toMatchObject({ mend: { instead: 'tag:region:eu' } })
  expect(problem('tag:a')).toBeNull()
})
