import { useEffect, useRef } from 'react'
import type { RefObject } from 'react'

/** Draws on an empty canvas in CSS pixels. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void

interface Size {
  readonly width: number
  readonly height: number
}

/** A canvas that is drawn again when `draw` changes or its size does, at the screen's resolution; while hidden, later. */
export function useCanvas(draw: Draw): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null)
  const latest = useRef(draw)
  // As it was told: asking the element would lay out the page with each drawing.
  const size = useRef<Size>({ width: 0, height: 0 })
  useEffect(() => {
    latest.current = draw
    if (canvas.current !== null) paint(canvas.current, size.current, draw)
  }, [draw])
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const again = (): void => paint(element, size.current, latest.current)
    // Tells the size at once, and whenever it changes.
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      size.current = { width: Math.round(width), height: Math.round(height) }
      again()
    })
    observer.observe(element)
    document.addEventListener('visibilitychange', again)
    return () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', again)
    }
  }, [])
  return canvas
}

function paint(canvas: HTMLCanvasElement, { width, height }: Size, draw: Draw): void {
  const context = document.hidden || width === 0 ? null : canvas.getContext('2d')
  if (context === null) return
  const scale = globalThis.devicePixelRatio
  // This empties it, and forgets what was set on it.
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  context.scale(scale, scale)
  draw(context, width, height)
}
