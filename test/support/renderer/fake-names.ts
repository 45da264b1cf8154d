import type { KnownName, NamesAdded } from '../../../src/shared/names.ts'
import { nameLines, nameOf, wordsFrom } from '../../../src/shared/names.ts'
import { ABILITIES, NETWORK_KINDS } from '../../../src/shared/network-kind.ts'
import type { FakeClient } from './fake-api.ts'

/** All kinds of network, each of which can be joined. */
export const FAKE_KINDS = NETWORK_KINDS.map((kind) => {
  return { kind, abilities: ABILITIES[kind], unavailable: null, entryVersion: '1.0.0' }
})

/** A name book that is kept nowhere. */
export function fakeNames(): FakeClient['names'] {
  const names = new Map<string, KnownName>()
  const add = (lines: readonly string[]): NamesAdded => {
    const words = wordsFrom(lines)
    const fresh = words.filter((word) => !names.has(word)).map(nameOf)
    for (const name of fresh) names.set(name.word, name)
    return { added: fresh, known: words.length - fresh.length }
  }
  return {
    list: async () => [...names.values()],
    add: async ({ words }) => add(words),
    remove: async ({ words }) =>
      words.flatMap((word) => {
        const known = names.get(word)
        names.delete(word)
        return known ?? []
      }),
    import: async ({ text }) => add(nameLines(text)),
  }
}
