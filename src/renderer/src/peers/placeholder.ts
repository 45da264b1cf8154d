/** What stands in an empty field, as much of it as there is room for. */
import { useLayoutEffect, useState } from 'react'
import type { RefObject } from 'react'

/** Between two examples. */
const BETWEEN = ', '

/** A label with its examples, without the last ones where it would be cut off; what comes before the examples in any case. */
export function fitting(label: string, fits: (text: string) => boolean): string {
  let text = label
  while (!fits(text)) {
    const end = text.lastIndexOf(BETWEEN)
    if (end < 0) return text.split(':')[0] ?? text
    text = text.slice(0, end)
  }
  return text
}

/** The same for a field, however wide it becomes. */
export function usePlaceholder(input: RefObject<HTMLInputElement | null>, label: string): string {
  const [shown, setShown] = useState(label)
  useLayoutEffect(() => {
    const element = input.current
    const context = document.createElement('canvas').getContext('2d')
    if (element === null || context === null) return undefined
    const measure = (): void => {
      const { font, letterSpacing, paddingLeft, paddingRight } = getComputedStyle(element)
      context.font = font
      context.letterSpacing = letterSpacing
      const room = element.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
      setShown(fitting(label, (text) => context.measureText(text).width <= room))
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [input, label])
  return shown
}
