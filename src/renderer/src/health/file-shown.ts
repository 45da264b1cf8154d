/** Files have no charts. Pure. */
import type { Picture } from '../stores/picture-store.ts'

/** What a file that is shown is; null where none is. */
export function fileShown(picture: Picture | null): 'snapshot' | 'sharedMoment' | null {
  if (picture?.kind !== 'file') return null
  return picture.at === null ? 'snapshot' : 'sharedMoment'
}
