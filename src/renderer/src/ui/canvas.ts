import { useEffect, useRef } from 'react'
import type { RefObject } from 'react'

/** Draws on a canvas in CSS pixels. */
export type Draw = (context: CanvasRenderingContext2D, width: number, height: number) => void

/** A canvas that is drawn again when `draw` changes or its size does, at the screen's resolution; while hidden, later. */
export function useCanvas(draw: Draw): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null)
  const latest = useRef(draw)
  useEffect(() => {
    latest.current = draw
    if (canvas.current !== null) paint(canvas.current, draw)
  }, [draw])
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const again = (): void => paint(element, latest.current)
    const observer = new ResizeObserver(again)
    observer.observe(element)
    document.addEventListener('visibilitychange', again)
    return () => {
      observer.disconnect()
      document.removeEventListener('visibilitychange', again)
    }
  }, [])
  return canvas
}

function paint(canvas: HTMLCanvasElement, draw: Draw): void {
  if (document.hidden) return
  const { clientWidth: width, clientHeight: height } = canvas
  const scale = globalThis.devicePixelRatio
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')
  if (context === null || width === 0) return
  context.scale(scale, scale)
  draw(context, width, height)
}
