import { useEffect } from 'react'
import { usePeers, usePicture, useUi } from '../stores/app-context.tsx'
import { hostNow } from '../ui/host-time.ts'
import { pageTitle } from './page-title.ts'

/** Calls the page by what it shows: tabs, and steps of Back, are told apart by it; the desktop's window has it too. */
export function KeepTitle() {
  const view = useUi((state) => state.view)
  const status = usePeers((state) => state.status)
  const picture = usePicture((state) => state.picture)
  const played = usePicture((state) => state.played?.title ?? null)
  const title = pageTitle({ view, status, picture, played, now: hostNow() })
  useEffect(() => {
    document.title = title
  }, [title])
  return null
}
