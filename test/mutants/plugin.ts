import { resolve } from 'node:path'
import type { Plugin } from 'vitest/config'
import type { Mutation } from './mutant.ts'
import { MUTANT_VARIABLE, mutated } from './mutant.ts'

/** Replaces the text of the mutant that the environment names, as the module is loaded. Without one it does nothing. */
export function mutantPlugins(): Plugin[] {
  const json = process.env[MUTANT_VARIABLE]
  if (json === undefined) return []
  const mutation: Mutation = JSON.parse(json)
  const path = resolve(mutation.file).replaceAll('\\', '/')
  return [
    {
      name: 'peerscope:mutant',
      enforce: 'pre',
      transform: (source, id) => (id === path ? mutated(source, mutation) : undefined),
      // vitest keeps transformed modules from run to run: this one must neither come from there nor get there.
      configureVitest: ({ defineCacheKeyGenerator }) =>
        defineCacheKeyGenerator(({ id }) => (id === path ? false : undefined)),
    },
  ]
}
