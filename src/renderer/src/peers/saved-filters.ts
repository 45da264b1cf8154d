/** Filters that the user gave names. */

/** Most that are kept, and how long their names are. */
export const MAX_SAVED = 50
export const MAX_NAME = 60

/** A filter with its name. */
export interface SavedFilter {
  readonly name: string
  readonly text: string
}

/** Why a name cannot be given; null when it can. `except` is the filter that is renamed. */
export type NameProblem = 'empty' | 'taken' | 'long' | 'full' | null

/** For `recall`. */
export function isSavedFilters(value: unknown): value is SavedFilter[] {
  return Array.isArray(value) && value.length <= MAX_SAVED && value.every(isSavedFilter)
}

function isSavedFilter(value: unknown): value is SavedFilter {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('text' in value)) return false
  return typeof value.name === 'string' && value.name.length <= MAX_NAME && typeof value.text === 'string'
}

/** What is wrong with a name. Case does not make names different. */
export function nameProblem(list: readonly SavedFilter[], name: string, except: string | null = null): NameProblem {
  const wanted = name.trim()
  if (wanted === '') return 'empty'
  if (wanted.length > MAX_NAME) return 'long'
  const same = (one: SavedFilter): boolean => one.name.toLowerCase() === wanted.toLowerCase()
  if (list.some((one) => one.name !== except && same(one))) return 'taken'
  return except === null && list.length >= MAX_SAVED ? 'full' : null
}

/** With one more at the end, or the same list when the name cannot be given. */
export function addFilter(list: readonly SavedFilter[], name: string, text: string): readonly SavedFilter[] {
  return nameProblem(list, name) === null ? [...list, { name: name.trim(), text: text.trim() }] : list
}

/** With another name, or the same list when it cannot be given. */
export function renameFilter(list: readonly SavedFilter[], from: string, to: string): readonly SavedFilter[] {
  if (nameProblem(list, to, from) !== null) return list
  return list.map((one) => (one.name === from ? { ...one, name: to.trim() } : one))
}

/** Without one. */
export function removeFilter(list: readonly SavedFilter[], name: string): readonly SavedFilter[] {
  return list.filter((one) => one.name !== name)
}

/** With a removed one at its place again; under another name if its own was given away meanwhile. */
export function restoreFilter(list: readonly SavedFilter[], removed: SavedFilter, at: number): readonly SavedFilter[] {
  let { name } = removed
  for (let count = 2; nameProblem(list, name) === 'taken'; count++) {
    const end = ` (${count})`
    name = `${removed.name.slice(0, MAX_NAME - end.length)}${end}`
  }
  return nameProblem(list, name) === null ? list.toSpliced(at, 0, { ...removed, name }) : list
}
