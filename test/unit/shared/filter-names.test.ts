import { describe, expect, it } from 'vitest'
import { EVENT_FIELDS, eventFields } from '../../../src/shared/filter-events.ts'
import { PEER_FIELDS, peerFields } from '../../../src/shared/filter-peers.ts'
import { idWordsOf, parseFilter } from '../../../src/shared/filter.ts'
import { uniqueIdFrom } from '../../../src/shared/ids.ts'
import type { Names } from '../../../src/shared/names.ts'
import { peerRow } from '../../support/renderer/fake-network.ts'

const id = uniqueIdFrom('role:Validator')
const row = peerRow(1, {
  tags: [id],
  streams: [uniqueIdFrom('blocks')],
  functions: [uniqueIdFrom('transfer')],
  groups: [uniqueIdFrom('shard-1')],
})
const other = peerRow(2, { tags: ['role:Validator'] })
const passes = (filter: string, fields = PEER_FIELDS): boolean => parseFilter(filter, fields)(row, 0)

describe('words that ids are hashed from', () => {
  it.each(['tag:role:Validator', 'stream:blocks', 'function:transfer', 'group:shard-1', 'blocks', `tag:${id}`, id])(
    'are found though nobody named them: %s',
    (filter) => expect(passes(filter)).toBe(true),
  )

  it.each(['tag:role:validator', 'stream:block', 'function:blocks', '-stream:blocks'])(
    'are hashed as they are written, in their own field: %s',
    (filter) => expect(passes(filter)).toBe(false),
  )

  it('are words where tags are words', () => {
    expect(parseFilter('tag:role:Validator', PEER_FIELDS)(other, 0)).toBe(true)
    expect(parseFilter('tag:role:*', PEER_FIELDS)(other, 0)).toBe(true)
  })

  it('are found by pattern and by part once they are named, as long as they are', () => {
    let names: Names = new Map()
    const fields = peerFields(
      () => null,
      () => names,
    )
    for (const filter of ['tag:role:*', 'valid', 'TAG:ROLE:VALIDATOR']) {
      names = new Map()
      expect(passes(filter, fields)).toBe(false)
      names = new Map([[id, 'role:Validator']])
      expect(passes(filter, fields)).toBe(true)
    }
  })

  it('are found in events too', () => {
    const fields = eventFields(() => row)
    const event = { seq: 1, at: 0, event: { kind: 'NeighborUp', peerId: row.peerId } } as const
    expect(parseFilter('stream:blocks', fields)(event, 0)).toBe(true)
    expect(parseFilter('function:blocks', fields)(event, 0)).toBe(false)
  })
})

it('tells which words of a filter may name ids', () => {
  const filter = 'tag:role:seed (stream:blocks OR "two words") state:online rtt>5ms -group:x tag:role:* seq:3'
  expect(idWordsOf(filter, EVENT_FIELDS)).toEqual(['role:seed', 'blocks', 'two words', 'x'])
  expect(idWordsOf(`tag:${id} ${id}`, EVENT_FIELDS)).toEqual([])
  expect(idWordsOf('tag:(', EVENT_FIELDS)).toEqual([])
})
