import { useEffect, useState } from 'react'
import type { BootstrapStatus } from '../../../shared/bootstrap.ts'
import type { DhtStatus } from '../../../shared/dht.ts'
import { useApp } from '../stores/app-context.tsx'

/** How often it is asked for while it is shown, milliseconds. */
const EVERY_MS = 1500

/** What the engine told last; null before the first answer. */
export interface BootstrapPicture {
  readonly status: BootstrapStatus | null
  readonly slots: DhtStatus | null
  /** The last question got no answer. */
  readonly failed: boolean
}

const NOTHING: BootstrapPicture = { status: null, slots: null, failed: false }

/** Asks again and again while the view is shown and the window is not hidden; one question at a time. */
export function useBootstrap(): BootstrapPicture {
  const { client } = useApp()
  const [picture, setPicture] = useState(NOTHING)
  useEffect(() => {
    const ending = new AbortController()
    const options = { signal: ending.signal }
    let asking = false
    const ask = async (): Promise<void> => {
      if (document.hidden || asking) return
      asking = true
      try {
        const [status, slots] = await Promise.all([
          client.bootstrap.status(undefined, options),
          client.bootstrap.slots(undefined, options),
        ])
        if (!ending.signal.aborted) setPicture({ status, slots, failed: false })
      } catch {
        // The last picture stays.
        if (!ending.signal.aborted) setPicture((before) => ({ ...before, failed: true }))
      }
      asking = false
    }
    const onShown = (): void => void ask()
    void ask()
    const timer = setInterval(onShown, EVERY_MS)
    document.addEventListener('visibilitychange', onShown)
    return () => {
      ending.abort()
      clearInterval(timer)
      document.removeEventListener('visibilitychange', onShown)
    }
  }, [client])
  return picture
}
