/** What docs/filter.md tells of the filter language, against the code. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EVENT_KINDS } from '../../../src/shared/events.ts'
import { EVENT_FIELDS } from '../../../src/shared/filter-events.ts'
import { filterHints } from '../../../src/shared/filter-hints.ts'
import { NOTED_FIELDS } from '../../../src/shared/filter-peers.ts'
import { fieldNames, parseFilter } from '../../../src/shared/filter.ts'
import { OLD_STATE_VALUES, STATE_VALUES, wordsOfKind } from '../../../src/shared/state-words.ts'

const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'filter.md'), 'utf8')
const part = (title: string): string => text.split(/\n##+ /).find((one) => one.startsWith(title)) ?? ''
const coded = (of: string): readonly string[] => [...of.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')
/** The words in a column of the part's table. */
const column = (title: string, index: number): readonly string[] =>
  part(title)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => coded(line.split('|')[index + 1] ?? ''))

it('names each field', () => {
  expect(column('Of peers', 0).toSorted()).toEqual([...fieldNames(NOTED_FIELDS)].toSorted())
  const ofEvents = fieldNames(EVENT_FIELDS).filter((field) => !fieldNames(NOTED_FIELDS).includes(field))
  expect(column('Of events', 0).toSorted()).toEqual(ofEvents.toSorted())
})

it('names each word for a state, and the older ones', () => {
  expect(column('States', 0)).toEqual(STATE_VALUES)
  expect(column('States', 2)).toEqual(OLD_STATE_VALUES)
})

it('names a word for each kind of event', () => {
  const named = coded(part('Kinds of events')).map((word) => word.toLowerCase())
  for (const kind of EVENT_KINDS.filter((one) => one !== 'PeerDeparted'))
    for (const word of wordsOfKind(kind)) expect(named).toContain(word.toLowerCase())
  for (const word of named.filter((one) => !one.includes(':')))
    expect([word, ...hintsOn(`kind:"${word}"`)]).toEqual([word])
})

it('has examples that are valid', () => {
  const examples = [...text.matchAll(/```\n([^`]+)\n```/g)].map(([, example]) => example ?? '')
  expect(examples.length).toBeGreaterThan(0)
  for (const example of [...examples, 'kind:silent tag:role:validator age<1h']) {
    expect(() => parseFilter(example, EVENT_FIELDS)).not.toThrow()
    expect(hintsOn(example)).toEqual([])
  }
})

function hintsOn(filter: string): readonly string[] {
  return filterHints(filter, EVENT_FIELDS).map(({ message }) => message)
}
