import { expect, it } from 'vitest'
import { exactNetworkIdFrom, networkIdFrom } from '../../../src/shared/ids.ts'
import { nameOrId, otherSpellings, spellingNote } from '../../../src/shared/network-names.ts'

const old = { kind: 'peerscope' as const, id: exactNetworkIdFrom('cafe\u0301'), name: 'cafe\u0301' }
const now = { kind: 'peerscope' as const, id: networkIdFrom('café'), name: 'café' }
const unnamed = { kind: 'peerscope' as const, id: networkIdFrom('x'), name: null }

it('a network is named by what leads to it: its id where its name leads to another, or is none', () => {
  expect([old, now, unnamed].map(nameOrId)).toEqual([old.id, 'café', unnamed.id])
  expect(nameOrId({ kind: 'peerscope' as const, id: old.id, name: ' ' })).toBe(old.id)
  for (const network of [old, now, unnamed]) expect(networkIdFrom(nameOrId(network))).toBe(network.id)
})

it('other spellings of a name are found, and only those', () => {
  const known = [old, now, unnamed, { kind: 'peerscope' as const, id: networkIdFrom('cafe'), name: 'cafe' }]
  for (const text of ['café', ' cafe\u0301 ', now.id])
    expect(otherSpellings(text, 'peerscope', known)).toEqual(text === now.id ? [] : [old])
  expect(otherSpellings('', 'peerscope', known)).toEqual([])
  // mosaik hashes names as they are written: each spelling is a network of its own.
  expect(otherSpellings('café', 'mosaik', known)).toEqual([])
  expect(otherSpellings('café', null, [old, { ...old, kind: 'mosaik' }])).toEqual([old])
  expect(spellingNote(old)).toContain(old.id)
})
