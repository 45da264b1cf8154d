import { useEffect, useRef } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { useStore } from 'zustand'
import type { PeerId } from '../../../shared/ids.ts'
import { copyText } from '../controls/verbs.ts'
import { useNothingShown } from '../shell/nothing-shown.tsx'
import { useAbilities, useApp, useForms, usePicture } from '../stores/app-context.tsx'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'
import { GraphFrame, useCover } from './covers.tsx'
import { CrawlCard } from './crawl-card.tsx'
import { EdgeCard } from './edge-card.tsx'
import { tagKeys } from './grouping.ts'
import { GraphBar, GraphTools } from './graph-controls.tsx'
import { graphKeys } from './graph-keys.ts'
import { Legend } from './legend.tsx'
import { Overview } from './overview.tsx'

/** The graph with its controls, or bare; `children` lie over it. */
export function GraphView(props: { readonly stale: boolean; readonly bare: boolean; readonly children?: ReactNode }) {
  const { stale, bare, children } = props
  const { graph } = useApp()
  const { neighbors } = useAbilities()
  const live = usePicture((state) => state.picture === null)
  return (
    <GraphFrame graph={graph}>
      <GraphCanvas stale={stale} />
      <NothingDrawn bare={bare} />
      {children}
      {bare ? null : (
        <div className="ps-graph-over">
          <GraphBar />
          <div className="ps-graph-cards">
            <EdgeCard />
            {live && neighbors ? <CrawlCard /> : null}
          </div>
        </div>
      )}
      <BubbleSaid />
      {bare ? null : <Legend />}
      <Corner bare={bare} />
    </GraphFrame>
  )
}

/** What is drawn, with its keys. Apart from what lies over it, for its counts change several times a second. */
function GraphCanvas({ stale }: { readonly stale: boolean }) {
  const { graph, ui, compare, peers: peersOf, other: otherOf } = useApp()
  const forms = useForms()
  const container = useRef<HTMLDivElement>(null)
  // The peer that was selected when a click with Shift began: it is compared with the one that is clicked.
  const comparing = useRef<PeerId | null>(null)
  const scheme = useScheme()
  const first = useRef(scheme)
  const peers = useStore(graph.view, (state) => state.drawnPeers)
  const edges = useStore(graph.view, (state) => state.drawnEdges)
  const known = useStore(graph.view, (state) => state.knownEdges)
  const bubbles = useStore(graph.view, (state) => state.bubbles)
  const matches = useStore(graph.view, (state) => state.matches)
  const live = usePicture((state) => state.picture === null)
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
  const keys = graphKeys({
    graph,
    ui,
    compare,
    tagKeys: () => tagKeys((live ? peersOf : otherOf.peers).getState().peers.values()).map(({ key }) => key),
    copyId: (peerId) => void copyText(forms.id(peerId)),
    toInspector: () => document.querySelector<HTMLElement>('[data-inspector]')?.focus(),
  })
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- role application: keys are its own
    <div
      ref={container}
      className={stale ? 'ps-graph-canvas ps-stale' : 'ps-graph-canvas'}
      data-testid="graph"
      data-peers={peers}
      data-edges={edges}
      data-links={known}
      data-bubbles={bubbles}
      data-matches={matches ?? undefined}
      role="application"
      aria-label={strings.graph.label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the graph is walked through by keyboard
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDownCapture={(event) => {
        comparing.current = event.shiftKey ? ui.getState().selected : null
      }}
      onClick={() => {
        const [one, other] = [comparing.current, ui.getState().selected]
        comparing.current = null
        if (one === null || other === null || other === one) return
        ui.setState({ selected: one })
        compare.openPeers(one, other)
      }}
    />
  )
}

function Corner({ bare }: { readonly bare: boolean }) {
  const cover = useCover('right')
  return (
    <div ref={cover} className="ps-graph-corner">
      {bare ? null : <Overview />}
      <GraphTools bare={bare} />
    </div>
  )
}

/** Stands over the graph where no peer is drawn, or nothing can be. */
function NothingDrawn({ bare }: { readonly bare: boolean }) {
  const { graph } = useApp()
  const failure = useStore(graph.view, (state) => state.failure)
  const none = useStore(graph.view, (state) => state.drawnPeers === 0)
  const nothing = useNothingShown()
  if (failure === '' && (!none || bare)) return null
  return (
    <div className="ps-overlay" data-clear>
      {failure === '' && nothing !== null ? (
        nothing
      ) : (
        <div className="ps-empty">
          {failure === '' ? strings.graph.empty : strings.graph.noWebgl}
          {failure === '' ? null : <small>{failure}</small>}
        </div>
      )}
    </div>
  )
}

/** Says which cluster is walked to: it is only drawn. */
function BubbleSaid() {
  const { graph } = useApp()
  const said = useStore(graph.view, ({ bubble }) => (bubble === null ? '' : graph.fold.said(bubble)))
  return (
    <span className="ps-clip" aria-live="polite" data-testid="graph-said">
      {said}
    </span>
  )
}
