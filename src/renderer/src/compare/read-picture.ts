import { strings } from '../ui/strings.ts'
import { readTyped } from '../timeline/typed-time.ts'
import type { PictureSide } from './compare-store.ts'
import { momentSide } from './moment-side.ts'
import type { PlayedMoments } from './moment-side.ts'

/**
 * What was typed or chosen: an opened file by its name, now, or a time. Both null for nothing.
 * @param played what is played in place of the network: moments are its own, and times count from its end; null while nothing is
 */
export function readPicture(
  value: string,
  files: ReadonlyMap<string, PictureSide>,
  played: PlayedMoments | null,
  now: number = Date.now(),
): { readonly picked: PictureSide | null; readonly problem: string | null } {
  const text = value.trim()
  if (text === '') return { picked: null, problem: null }
  if (text.toLowerCase() === strings.compare.now) return { picked: momentSide(played, null), problem: null }
  const file = files.get(value)
  if (file !== undefined) return { picked: file, problem: null }
  const { at, problem } = readTyped(text, now, played?.moment)
  return problem === null ? { picked: momentSide(played, at), problem } : { picked: null, problem }
}
