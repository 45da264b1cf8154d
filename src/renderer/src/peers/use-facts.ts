import { useEffect, useState } from 'react'
import { useApp, useNames } from '../stores/app-context.tsx'
import { countFacts, NO_FACTS } from './filter-facts.ts'
import type { FilterFacts } from './filter-facts.ts'

/** How old what was counted may get while it is looked at, milliseconds. */
const FRESH_MS = 3000

const TURNS = {
  now: () => performance.now(),
  later: (act: () => void) => {
    const timer = setTimeout(act)
    return () => clearTimeout(timer)
  },
}

/** What peers have that can be asked for; counted only while it is `wanted`. */
export function useFacts(wanted: boolean): FilterFacts {
  const { peers, notes } = useApp()
  const names = useNames((state) => state.names)
  const [facts, setFacts] = useState(NO_FACTS)
  useEffect(() => {
    if (!wanted) return undefined
    let timer: ReturnType<typeof setTimeout> | null = null
    let stop = (): void => {}
    const count = (): void => {
      const { rev } = peers.getState()
      stop = countFacts(peers.getState().peers.values(), { names, nameOf: notes.nameOf }, TURNS, (counted) => {
        setFacts(counted)
        const again = (): void => {
          if (peers.getState().rev === rev) timer = setTimeout(again, FRESH_MS)
          else count()
        }
        timer = setTimeout(again, FRESH_MS)
      })
    }
    count()
    return () => {
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [wanted, peers, names, notes])
  return facts
}
