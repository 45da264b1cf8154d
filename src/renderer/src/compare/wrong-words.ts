import { andList } from '../../../shared/and-list.ts'
import { useCompare } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import type { CompareState } from './compare-store.ts'

/** Why nothing is compared: which sides have something wrong in their field. Null where none has. */
export function useWrongWords(what: CompareState['what']): string | null {
  const wrong = useCompare((state) => state.wrong[what])
  const { sides, sideWrong } = strings.compare
  const named = sides.filter((_, index) => wrong[index] !== null)
  return named.length === 0 ? null : sideWrong(andList(named))
}
