import { useEffect, useRef } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useStore } from 'zustand'
import { copyText } from '../controls/verbs.ts'
import { useAbilities, useApp, useForms, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { CrawlCard } from './crawl-card.tsx'
import { EdgeCard } from './edge-card.tsx'
import { GraphBar, GraphTools, ZOOM } from './graph-controls.tsx'
import { Legend } from './legend.tsx'
import { LinksCard } from './links-card.tsx'
import { Overview } from './overview.tsx'

/** The graph with its controls, or bare; `children` lie over it. */
export function GraphView(props: { readonly stale: boolean; readonly bare: boolean; readonly children?: ReactNode }) {
  const { stale, bare, children } = props
  const { graph, ui } = useApp()
  const forms = useForms()
  const container = useRef<HTMLDivElement>(null)
  const scheme = useScheme()
  const first = useRef(scheme)
  const peers = useStore(graph.view, (state) => state.drawnPeers)
  const edges = useStore(graph.view, (state) => state.drawnEdges)
  const matches = useStore(graph.view, (state) => state.matches)
  const { neighbors } = useAbilities()
  const live = usePicture((state) => state.picture === null)
  const failure = useStore(graph.view, (state) => state.failure)
  useEffect(() => (container.current === null ? undefined : graph.attach(container.current, first.current)), [graph])
  useEffect(() => {
    first.current = scheme
    graph.setScheme(scheme)
  }, [graph, scheme])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  }
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => graph.walk('left'),
    ArrowRight: () => graph.walk('right'),
    ArrowUp: () => graph.walk('up'),
    ArrowDown: () => graph.walk('down'),
    n: () => graph.step(1),
    p: () => graph.step(-1),
    e: () => graph.stepEdge(),
    l: () => graph.togglePin(),
    c: () => {
      const { selected } = ui.getState()
      if (selected !== null) void copyText(forms.id(selected))
    },
    f: () => graph.toggleFreeze(),
    Enter: () => document.querySelector<HTMLElement>('[data-inspector]')?.focus(),
    Escape: () => {
      if (!graph.closeEdge()) ui.setState({ selected: null, filter: '' })
    },
    '+': () => graph.zoom(ZOOM),
    '=': () => graph.zoom(ZOOM),
    '-': () => graph.zoom(1 / ZOOM),
    '0': () => graph.fit(),
  }
  return (
    <div className="ps-graph">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- role application: keys are its own */}
      <div
        ref={container}
        className={stale ? 'ps-graph-canvas ps-stale' : 'ps-graph-canvas'}
        data-testid="graph"
        data-peers={peers}
        data-edges={edges}
        data-matches={matches ?? undefined}
        role="application"
        aria-label={strings.graph.label}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the graph is walked through by keyboard
        tabIndex={0}
        onKeyDown={onKeyDown}
      />
      {failure !== '' || (peers === 0 && !bare) ? (
        <div className="ps-overlay" data-clear>
          <div className="ps-empty">
            {failure === '' ? strings.graph.empty : strings.graph.noWebgl}
            {failure === '' ? null : <small>{failure}</small>}
          </div>
        </div>
      ) : null}
      {children}
      {bare ? null : <GraphBar />}
      {bare ? null : (
        <div className="ps-graph-cards">
          <EdgeCard />
          {neighbors ? null : <LinksCard />}
          {live && neighbors ? <CrawlCard /> : null}
        </div>
      )}
      {bare ? null : <Legend />}
      <div className="ps-graph-corner">
        {bare ? null : <Overview />}
        <GraphTools bare={bare} />
      </div>
    </div>
  )
}
