import type { KnownName, NamesAdded } from '../../../src/shared/names.ts'
import { nameLines, nameOf, wordsFrom } from '../../../src/shared/names.ts'
import type { FakeClient } from './fake-api.ts'

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
