import { expect, test } from 'vitest'
import { compileFilter } from '../../../../src/renderer/src/peers/filter.ts'
import { createNoteStore } from '../../../../src/renderer/src/stores/note-store.ts'
import type { PeerNote } from '../../../../src/shared/contract.ts'
import { nickname } from '../../../../src/shared/nickname.ts'
import { createFakeApi } from '../../../support/renderer/fake-api.ts'
import { fakeSnapshot, peerIdAt, peerRow } from '../../../support/renderer/fake-network.ts'

const ann = peerIdAt(1)
const paris: PeerNote = { name: 'Seed in Paris', note: 'ask Zoë' }
const fresh = () => createFakeApi(() => fakeSnapshot(3, 0))

test('a name of one’s own stands in place of the nickname, and outlives the window', async () => {
  const api = fresh()
  const notes = createNoteStore(api.client)
  expect(notes.nameOf(ann)).toBe(nickname(ann))
  expect(await notes.save(ann, { name: '  Seed in Paris ', note: 'ask Zoë\n' })).toBeNull()
  expect(notes.nameOf(ann)).toBe('Seed in Paris')
  const again = createNoteStore(api.client)
  await again.load()
  expect(again.getState().notes.get(ann)).toEqual(paris)
  expect(await again.save(ann, { name: ' ', note: '' })).toEqual(paris)
  expect(again.getState().notes.size).toBe(0)
  expect(api.calls.at(-1)).toBe(`setNote ${ann} null`)
})

test('what could not be kept is taken back', async () => {
  const { client } = fresh()
  const failing = {
    history: {
      ...client.history,
      setNote: async () => {
        throw new Error('the disk is full')
      },
    },
  }
  const notes = createNoteStore(failing)
  const saving = notes.save(ann, paris)
  expect(notes.nameOf(ann)).toBe('Seed in Paris')
  await expect(saving).rejects.toThrow('the disk is full')
  expect(notes.nameOf(ann)).toBe(nickname(ann))
})

test('an answer that is older than a change, or of another network, is dropped', async () => {
  const { client } = fresh()
  await client.history.setNote({ peerId: peerIdAt(2), note: paris })
  const notes = createNoteStore(client)
  const loading = notes.load()
  const saving = notes.save(ann, paris)
  await Promise.all([loading, saving])
  expect([...notes.getState().notes.keys()]).toEqual([peerIdAt(2), ann])
  const late = notes.load()
  notes.clear()
  await late
  expect(notes.getState().notes.size).toBe(0)
})

test('filters find peers by name and note, as they are at the moment', async () => {
  const notes = createNoteStore(fresh().client)
  const row = peerRow(1)
  const passes = (text: string) => compileFilter(text, notes.fields).passes(row, 0)
  expect(passes('name:paris')).toBe(false)
  await notes.save(ann, paris)
  for (const text of ['name:paris', 'name:"seed in paris"', 'note:zoë', 'zoë', `name:"${nickname(ann)}"`])
    expect([text, passes(text)]).toEqual([text, true])
  expect(passes('note:paris')).toBe(false)
  // Where nobody's notes are looked at, the field is none.
  expect(compileFilter('note:zoë').problem).not.toBeNull()
})
