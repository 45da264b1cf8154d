import { useEffect, useState } from 'react'

/** How long typing must pause before what is not whole acts, milliseconds. */
export const PAUSE_MS = 600

/** Whether a text stayed as it is for a while. What is there from the beginning counts at once. */
export function useRested(text: string): boolean {
  const [rested, setRested] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  return rested === text
}
