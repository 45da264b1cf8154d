import { expect, test } from 'vitest'
import { countedFilter, isOfEvents } from '../../../../src/renderer/src/health/counted-filter.ts'

test('charts count by a filter of peers; one of events, or one that is wrong, leaves all of them in', () => {
  expect([' tag:role:seed ', 'note:rack name:fox', 'kind:left', 'tag:(', ''].map(countedFilter)).toEqual([
    'tag:role:seed',
    'note:rack name:fox',
    '',
    '',
    '',
  ])
})

test('what is asked of events alone is told from a filter with a mistake', () => {
  expect(['kind:left', 'tag:(', 'tag:role:seed', ' '].map(isOfEvents)).toEqual([true, false, false, false])
})
