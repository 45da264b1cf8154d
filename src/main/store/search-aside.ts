import { aside } from './aside.ts'
import type { SearchFound, SearchValues } from './search.ts'
import type { StoreOptions } from './types.ts'

/**
 * Searches the file in a thread. Null where that fails: who asked searches it then, which also shows what is wrong with
 * the file.
 */
export async function searchAside(
  path: string,
  values: SearchValues,
  logger: StoreOptions['logger'],
): Promise<SearchFound | null> {
  try {
    return await aside('searchFile', [path, values])
  } catch (error) {
    logger?.warn({ err: error }, 'a search could not be done in a thread')
    return null
  }
}
