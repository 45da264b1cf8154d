import { useMemo } from 'react'
import type { LoggedEvent } from '../../../shared/events.ts'
import { shownId } from '../../../shared/names.ts'
import { useForms, useNames, usePeers } from '../stores/app-context.tsx'
import type { Say } from './describe.ts'
import { isOfCrawl } from './meaning.ts'

/** How what the engine tells of events is written for the people of the shown network. */
export function useSay(): Say {
  const { said } = useForms()
  const names = useNames((state) => state.names)
  return useMemo(() => ({ said, wordOf: (tag) => shownId(tag, names) }), [said, names])
}

/** Whether an event is about a crawl, as far as the shown peers tell. */
export function useIsCrawl(logged: LoggedEvent): boolean {
  return usePeers(({ peers }) => isOfCrawl(logged, peers))
}
