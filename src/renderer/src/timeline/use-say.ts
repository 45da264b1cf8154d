import { useMemo } from 'react'
import { shownId } from '../../../shared/names.ts'
import { useForms, useNames } from '../stores/app-context.tsx'
import type { Say } from './describe.ts'

/** How what the engine tells of events is written for the people of the shown network. */
export function useSay(): Say {
  const { said } = useForms()
  const names = useNames((state) => state.names)
  return useMemo(() => ({ said, wordOf: (tag) => shownId(tag, names) }), [said, names])
}
