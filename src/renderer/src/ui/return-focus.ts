import { useEffect, useState } from 'react'

/** Gives the focus back to where it was when this came, as it goes. For dialogs that exist only while they are open. */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    },
    [before],
  )
}
