import { useMemo } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import type { Edge } from '../../../shared/peer.ts'
import { useApp, useForms, usePeers } from '../stores/app-context.tsx'
import { formatExact } from '../ui/format.ts'
import { Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { linksOf } from './links-of.ts'
import type { Linked } from './links-of.ts'
import { LIST_SHOWN, More, Section } from './section.tsx'

/** Whom the peer is linked with, whom its catalog holds, and whose catalogs hold it. */
export function Links({ peerId }: { readonly peerId: PeerId }) {
  const { peers } = useApp()
  const edgeRev = usePeers((state) => state.edgeRev)
  const { of } = useMemo(
    // The revision stands for the edges, which are changed in place.
    () => ({ of: linksOf(peers.getState().edges.values(), peerId), edgeRev }),
    [peers, peerId, edgeRev],
  )
  const text = strings.inspector
  return (
    <>
      <LinkList id="links" title={text.links} links={of.links} said={kindsOf} />
      <LinkList id="holds" title={text.holds} links={of.holds} />
      <LinkList id="held-by" title={text.heldBy} links={of.heldBy} />
    </>
  )
}

function LinkList(props: {
  readonly id: string
  readonly title: string
  readonly links: readonly Linked[]
  /** What is said of each; when it was heard where nothing is given. */
  readonly said?: (edges: readonly Edge[]) => string
}) {
  const { links, said } = props
  const { ui } = useApp()
  const forms = useForms()
  if (links.length === 0) return null
  return (
    <Section id={props.id} title={props.title} end={<span className="ps-number">{links.length}</span>}>
      {links.slice(0, LIST_SHOWN).map(([other, edges]) => (
        <div key={other} className="ps-happened">
          <button
            type="button"
            className="ps-link ps-clip"
            title={forms.id(other)}
            onClick={() => ui.setState({ selected: other })}
          >
            <Nickname peerId={other} />
          </button>
          {said === undefined ? (
            <Ago at={newest(edges)} />
          ) : (
            <span className="ps-number ps-clip" title={`${said(edges)}, ${formatExact(newest(edges))}`}>
              {said(edges)}
            </span>
          )}
        </div>
      ))}
      <More count={links.length - LIST_SHOWN} />
    </Section>
  )
}

function kindsOf(edges: readonly Edge[]): string {
  return [...new Set(edges.map(({ kind }) => strings.edges[kind]))].join(', ')
}

function newest(edges: readonly Edge[]): number {
  return Math.max(...edges.map(({ at }) => at))
}
