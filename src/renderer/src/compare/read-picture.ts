import { searchWords } from '../peers/filter.ts'
import { strings } from '../ui/strings.ts'
import { readTyped } from '../timeline/typed-time.ts'
import type { PictureSide } from './compare-store.ts'
import { momentSide } from './moment-side.ts'
import type { PlayedMoments } from './moment-side.ts'
import { hostNow } from '../ui/host-time.ts'

/** What was typed or chosen. Both null for nothing. */
export interface ReadPicture {
  readonly picked: PictureSide | null
  readonly problem: string | null
}

/** The offered ones that have every word of a text, those of `names` first. All of both for no text. */
export function narrowed(text: string, offered: readonly string[], names: Iterable<string>): readonly string[] {
  const words = searchWords(text)
  if (words.length === 0) return [...offered, ...names]
  return [...names, ...offered].filter((one) => words.every((word) => one.toLowerCase().includes(word)))
}

/**
 * Reads what was typed or chosen: an opened file by its name, now, a time, or else the first file that has the text in its name.
 * @param played what is played in place of the network: moments are its own, and times count from its end; null while nothing is
 */
export function readPicture(
  value: string,
  files: ReadonlyMap<string, PictureSide>,
  played: PlayedMoments | null,
  now: number = hostNow(),
): ReadPicture {
  const text = value.trim()
  if (text === '') return { picked: null, problem: null }
  if (text.toLowerCase() === strings.compare.now) return { picked: momentSide(played, null), problem: null }
  const file = files.get(value)
  if (file !== undefined) return { picked: file, problem: null }
  const { at, problem } = readTyped(text, now, played?.moment)
  if (problem === null) return { picked: momentSide(played, at), problem }
  const [name] = narrowed(text, [], files.keys())
  const named = name === undefined ? undefined : files.get(name)
  if (named !== undefined) return { picked: named, problem: null }
  return { picked: null, problem: files.size === 0 ? problem : strings.compare.noPicture(problem) }
}
