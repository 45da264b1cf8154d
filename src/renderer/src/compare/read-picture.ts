import { strings } from '../ui/strings.ts'
import { readTyped } from '../timeline/typed-time.ts'
import type { Stored } from '../timeline/typed-time.ts'
import type { PictureSide } from './compare-store.ts'

/**
 * What was typed or chosen: an opened file by its name, now, or a time. Both null for nothing.
 * @param history the span of the history that is looked at: moments are its own; null where it is none
 */
export function readPicture(
  value: string,
  files: ReadonlyMap<string, PictureSide>,
  history: Stored | null,
  now: number = Date.now(),
): { readonly picked: PictureSide | null; readonly problem: string | null } {
  const text = value.trim()
  if (text === '') return { picked: null, problem: null }
  // The last moment of a history is called the same.
  if (text.toLowerCase() === strings.compare.now) return { picked: { kind: 'moment', at: null }, problem: null }
  const file = files.get(value)
  if (file !== undefined) return { picked: file, problem: null }
  const { at, problem } = readTyped(text, now, history)
  return problem === null ? { picked: { kind: 'moment', at }, problem } : { picked: null, problem }
}
