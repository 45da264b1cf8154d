/** What lies over the graph: it is told to the graph, which keeps clear of it where it is shown whole. */
import { createContext, use, useEffect, useMemo, useState } from 'react'
import type { ReactNode, RefCallback } from 'react'
import { marginsFor } from './camera.ts'
import type { Cover, Margins } from './camera.ts'
import type { GraphController } from './controller.ts'
import type { Rect } from './label-places.ts'

/** The elements over one graph, by what they are measured against. */
class Covers {
  readonly #graph: Pick<GraphController, 'setCovered'>
  readonly #elements = new Map<HTMLElement, keyof Margins>()
  readonly #observer = new ResizeObserver(() => this.#measure())
  #frame: HTMLElement | null = null
  #told = ''
  /** Whether it is measured in the next animation frame. */
  #due = false

  constructor(graph: Pick<GraphController, 'setCovered'>) {
    this.#graph = graph
  }

  /** The element in which the graph and all that lies over it is: the graph has the room that the legend leaves. */
  frame(element: HTMLElement): () => void {
    this.#frame = element.querySelector<HTMLElement>('.ps-graph-canvas') ?? element
    this.#observer.observe(this.#frame)
    return () => {
      if (this.#frame !== null) this.#observer.unobserve(this.#frame)
      this.#frame = null
    }
  }

  add(element: HTMLElement, side: keyof Margins): () => void {
    this.#elements.set(element, side)
    this.#observer.observe(element)
    return () => {
      this.#elements.delete(element)
      this.#observer.unobserve(element)
      // Of what is gone nobody tells. Not at once: that would lay out the page in the middle of a change of it.
      this.#measureSoon()
    }
  }

  #measureSoon(): void {
    if (this.#due) return
    this.#due = true
    requestAnimationFrame(() => {
      this.#due = false
      this.#measure()
    })
  }

  #measure(): void {
    if (this.#frame === null) return
    const frame = this.#frame.getBoundingClientRect()
    const boxes: Rect[] = []
    const covers = [...this.#elements].map(([element, side]): Cover => {
      const box = element.getBoundingClientRect()
      boxes.push({
        left: Math.round(box.left - frame.left),
        right: Math.round(box.right - frame.left),
        top: Math.round(box.top - frame.top),
        bottom: Math.round(box.bottom - frame.top),
      })
      const reaches = {
        top: box.bottom - frame.top,
        bottom: frame.bottom - box.top,
        left: box.right - frame.left,
        right: frame.right - box.left,
      }
      return { side, reach: Math.round(reaches[side]) }
    })
    // Whatever changes its size is looked at: mostly nothing else of it matters.
    const told = JSON.stringify([covers, boxes])
    if (told === this.#told) return
    this.#told = told
    this.#graph.setCovered({ margins: marginsFor(covers), boxes })
  }
}

const CoversContext = createContext<Covers | null>(null)

/** The frame of a graph: what is in it may lie over the graph. */
export function GraphFrame({ graph, children }: { readonly graph: GraphController; readonly children: ReactNode }) {
  const covers = useMemo(() => new Covers(graph), [graph])
  const [frame, setFrame] = useState<HTMLElement | null>(null)
  useEffect(() => (frame === null ? undefined : covers.frame(frame)), [covers, frame])
  return (
    <div ref={setFrame} className="ps-graph">
      <CoversContext value={covers}>{children}</CoversContext>
    </div>
  )
}

/** For the `ref` of something that lies at a side of the graph. Outside of one it does nothing. */
export function useCover(side: keyof Margins): RefCallback<HTMLElement> {
  const covers = use(CoversContext)
  return useMemo(() => (element) => (element === null ? undefined : covers?.add(element, side)), [covers, side])
}
