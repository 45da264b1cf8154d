import { expect, test } from 'vitest'
import { createNameStore } from '../../../../src/renderer/src/stores/name-store.ts'
import { createNoteStore } from '../../../../src/renderer/src/stores/note-store.ts'
import { uniqueIdFrom } from '../../../../src/shared/ids.ts'
import { nameOf } from '../../../../src/shared/names.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeMosaik } from '../../../support/renderer/fake-mosaik.ts'

test('names come with the view, and name ids from then on', () => {
  const { client } = createFakeApi(() => fakeMosaik(3, 0))
  const store = createNameStore(client)
  const id = uniqueIdFrom('validator')
  expect(store.wordOf(id)).toBe(`${id.slice(0, 6)}…${id.slice(-4)}`)
  store.apply(fakeMosaik(3, 0, { known: ['validator'] }))
  expect(store.wordOf(id)).toBe('validator')
  // What does not tell of names changes none.
  const before = store.getState()
  store.apply({ type: 'batch', seq: 2, peers: [] })
  expect(store.getState()).toBe(before)
  store.apply({ type: 'batch', seq: 3, names: [nameOf('archive')] })
  expect([store.wordOf(id), store.wordOf(uniqueIdFrom('archive'))]).toEqual([expect.stringContaining('…'), 'archive'])
})

test('words are added, taken from a list and removed by the engine', async () => {
  const { client } = createFakeApi(() => fakeMosaik(3, 0))
  const store = createNameStore(client)
  expect((await store.add(['validator'])).added).toEqual([nameOf('validator')])
  expect((await store.take('# remark\nvalidator\narchive\n')).added).toEqual([nameOf('archive')])
  expect(await store.remove(['validator'])).toEqual([nameOf('validator')])
  expect(await client.names.list()).toEqual([nameOf('archive')])
})

test('who filters by names is told when they change', () => {
  const notes = createNoteStore(createFakeApi(() => fakeMosaik(3, 0)).client)
  let told = 0
  notes.subscribe(() => (told += 1))
  notes.touch()
  expect(told).toBe(1)
})
