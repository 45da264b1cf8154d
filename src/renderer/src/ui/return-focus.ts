import { useEffect, useState } from 'react'

/**
 * Gives the focus back to where it was when this came, as it goes, unless something else took it by then. For dialogs that exist
 * only while they are open.
 */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      // Another dialog, or what was chosen in this one.
      if (document.activeElement !== null && document.activeElement !== document.body) return
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    },
    [before],
  )
}
