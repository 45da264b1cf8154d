import { CloseButton } from '@mantine/core'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import type { PeerId } from '../../../shared/ids.ts'
import type { NoLink } from '../../../shared/links.ts'
import { isClaim } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'
import { useApp, useNotes, usePeers } from '../stores/app-context.tsx'
import { onEscape } from '../ui/focus.ts'
import { PeerLink } from '../ui/peer-link.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { useScheme } from '../ui/use-scheme.ts'
import { factsBetween } from './edge-facts.ts'
import { EdgeMark } from './legend.tsx'

const texts = strings.graph.edge

/** What a line in the graph stands for: each fact with who said it, and when. */
export function EdgeCard() {
  const { graph } = useApp()
  const edge = useStore(graph.view, (state) => state.edge)
  return edge === null ? null : <Card a={edge[0]} b={edge[1]} />
}

function Card({ a, b }: { readonly a: PeerId; readonly b: PeerId }) {
  const { graph, peers } = useApp()
  const rev = usePeers((state) => state.edgeRev)
  const facts = useMemo(() => {
    const { links } = peers.getState()
    const list = factsBetween(links.of(a), a, b).map((fact) => ({
      fact,
      against: isClaim(fact) ? links.against(fact) : null,
    }))
    return { list, rev }
    // The revision stands for the edges, which are changed in place.
  }, [peers, a, b, rev])
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <section
      className="ps-edge-card"
      aria-label={texts.title}
      data-testid="edge-card"
      aria-live="polite"
      onKeyDown={onEscape(() => graph.walk.closeEdge())}
    >
      <header>
        <PeerLink peerId={a} />
        <span aria-hidden>—</span>
        <PeerLink peerId={b} />
        <CloseButton size="sm" aria-label={texts.close} onClick={() => graph.walk.closeEdge()} />
      </header>
      {facts.list.every(({ against }) => against !== null) ? <p className="ps-number">{texts.gone}</p> : null}
      <ul>
        {facts.list.map(({ fact, against }) => (
          <Fact key={`${fact.kind} ${fact.a} ${fact.saidBy}`} fact={fact} against={against} />
        ))}
      </ul>
    </section>
  )
}

function Fact({ fact, against }: { readonly fact: Edge; readonly against: NoLink | null }) {
  const { notes } = useApp()
  useNotes((state) => state.notes)
  const scheme = useScheme()
  const self = usePeers(({ status }) => ('self' in status ? status.self : null))
  const name = (peerId: PeerId): string => (peerId === self ? texts.self : notes.nameOf(peerId))
  // Our own links are said once, when they begin; what others say is as old as their answer.
  const own = fact.saidBy === self
  return (
    <li data-kind={fact.kind}>
      <EdgeMark kind={fact.kind} scheme={scheme} />
      <span>
        {texts[fact.kind](name(fact.a), name(fact.b))}
        <span className="ps-number">
          {' '}
          · {own ? texts.seen : texts.said(name(fact.saidBy))}, {own ? texts.since : texts.known} <Ago at={fact.at} />
          {against === null ? null : ` · ${texts.noLink(strings.graph.claims.why[against])}`}
        </span>
      </span>
    </li>
  )
}
