import { useEffect, useState } from 'react'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { useApp, usePeers } from '../stores/app-context.tsx'

/** What the past has for a text. */
export interface Found {
  /** The text that was looked for. */
  readonly query: string
  readonly peers: readonly PeerId[]
  readonly events: readonly LoggedEvent[]
  readonly failed: boolean
}

const NOTHING: Found = { query: '', peers: [], events: [], failed: false }
/** Pause after the last key before the past is searched, in milliseconds. */
const PAUSE_MS = 150
const EVENTS_SHOWN = 8
/** Longest text that the contract takes. */
const MAX_TEXT = 200

/** Searches what is stored of the shown network. `busy` while an answer is on its way. */
export function useSearch(query: string): { readonly found: Found; readonly busy: boolean } {
  const { client } = useApp()
  const joined = usePeers(({ status }) => 'network' in status)
  const [found, setFound] = useState(NOTHING)
  const text = joined ? query.trim().slice(0, MAX_TEXT) : ''
  useEffect(() => {
    if (text === '') return undefined
    const stop = new AbortController()
    const ask = async (): Promise<void> => {
      try {
        const { peers, events } = await client.history.search({ text, limit: EVENTS_SHOWN }, { signal: stop.signal })
        if (!stop.signal.aborted) setFound({ query: text, peers, events, failed: false })
      } catch {
        if (!stop.signal.aborted) setFound({ ...NOTHING, query: text, failed: true })
      }
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [client, text])
  return text === '' ? { found: NOTHING, busy: false } : { found, busy: found.query !== text }
}
