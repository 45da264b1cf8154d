import { useEffect, useRef } from 'react'
import type { PointerEvent } from 'react'
import { useStore } from 'zustand'
import { useApp } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { drawMinimap, minimapPoint } from './minimap.ts'

/** Peers from which on the graph has an overview. */
const OVERVIEW_FROM = 500
const WIDTH = 168
const HEIGHT = 116
/** Least time between two drawings of it, in milliseconds. */
const DRAW_MS = 200

/** The whole graph in small, with what is in view; for graphs that no screen shows in full. */
export function Overview() {
  const { graph } = useApp()
  const many = useStore(graph.view, (state) => state.drawnPeers >= OVERVIEW_FROM)
  return many ? <Minimap /> : null
}

function Minimap() {
  const { graph } = useApp()
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null) return
    const ratio = globalThis.devicePixelRatio
    element.width = WIDTH * ratio
    element.height = HEIGHT * ratio
    let timer: ReturnType<typeof setTimeout> | null = null
    const draw = (): void => {
      const source = graph.overview()
      if (source === null || document.hidden) return
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      drawMinimap(context, WIDTH, HEIGHT, source)
    }
    const due = (): void => {
      timer ??= setTimeout(() => {
        timer = null
        draw()
      }, DRAW_MS)
    }
    due()
    const stop = graph.onOverview(due)
    return () => {
      stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [graph])
  const look = (event: PointerEvent<HTMLCanvasElement>): void => {
    const source = graph.overview()
    if (event.buttons !== 1 || source === null) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const box = event.currentTarget.getBoundingClientRect()
    graph.centre(...minimapPoint(source.scene, WIDTH, HEIGHT, event.clientX - box.left, event.clientY - box.top))
  }
  return (
    <canvas
      ref={canvas}
      className="ps-minimap"
      style={{ width: WIDTH, height: HEIGHT }}
      // Everything it does is done by keys in the graph itself.
      aria-hidden
      title={strings.graph.minimap}
      onPointerDown={look}
      onPointerMove={look}
    />
  )
}
