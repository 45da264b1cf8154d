import { aside } from './aside.ts'
import type { SearchFound, SearchValues } from './search.ts'
import type { StoreOptions } from './types.ts'

/**
 * Searches the file in a thread. Null where that fails: who asked searches it then, which also shows what is wrong with
 * the file.
 * @throws what the signal was fired with
 */
export async function searchAside(
  path: string,
  values: SearchValues,
  logger: StoreOptions['logger'],
  signal?: AbortSignal,
): Promise<SearchFound | null> {
  try {
    return await aside('searchFile', [path, values], undefined, signal)
  } catch (error) {
    signal?.throwIfAborted()
    logger?.warn({ err: error }, 'a search could not be done in a thread')
    return null
  }
}
