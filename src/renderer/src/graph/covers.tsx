/** What lies over the graph: it is told to the graph, which keeps clear of it where it is shown whole. */
import { createContext, use, useEffect, useMemo, useState } from 'react'
import type { ReactNode, RefCallback } from 'react'
import type { Cover, Margins } from './camera.ts'
import type { GraphController } from './controller.ts'

/** The elements over one graph, by what they are measured against. */
class Covers {
  readonly #graph: Pick<GraphController, 'setCovers'>
  readonly #elements = new Map<HTMLElement, keyof Margins>()
  readonly #observer = new ResizeObserver(() => this.#measure())
  #frame: HTMLElement | null = null
  #told = ''
  /** Whether it is measured in the next animation frame. */
  #due = false

  constructor(graph: Pick<GraphController, 'setCovers'>) {
    this.#graph = graph
  }

  /** The element that the graph fills. */
  frame(element: HTMLElement): () => void {
    this.#frame = element
    this.#observer.observe(element)
    return () => {
      this.#observer.unobserve(element)
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
    const covers = [...this.#elements].map(([element, side]): Cover => {
      const box = element.getBoundingClientRect()
      const reaches = {
        top: box.bottom - frame.top,
        bottom: frame.bottom - box.top,
        left: box.right - frame.left,
        right: frame.right - box.left,
      }
      return { side, reach: Math.round(reaches[side]) }
    })
    // Whatever changes its size is looked at: mostly nothing else of it matters.
    const told = covers.map(({ side, reach }) => `${side} ${reach}`).join()
    if (told === this.#told) return
    this.#told = told
    this.#graph.setCovers(covers)
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
