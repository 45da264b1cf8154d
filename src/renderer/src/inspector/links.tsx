import { Fragment, useMemo } from 'react'
import type { ReactNode } from 'react'
import type { PeerId } from '../../../shared/ids.ts'
import { NO_LINK } from '../../../shared/links.ts'
import type { Edge } from '../../../shared/peer.ts'
import { useApp, useForms, useNotes, usePeers } from '../stores/app-context.tsx'
import type { Links as LinksTold } from '../stores/link-book.ts'
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
  const { links, of } = useMemo(() => {
    const told = peers.getState().links
    return { links: told, of: linksOf(told, peerId), edgeRev }
    // The revision stands for the edges, which are changed in place.
  }, [peers, peerId, edgeRev])
  const text = strings.inspector
  return (
    <>
      <LinkList id="links" title={text.links} links={of.links} said={kindsOf}>
        {of.claims.length === 0 ? null : <Claims claims={of.claims} links={links} />}
      </LinkList>
      <LinkList id="holds" title={text.holds} links={of.holds} />
      <LinkList id="held-by" title={text.heldBy} links={of.heldBy} />
    </>
  )
}

/** What is claimed and is not a link of the moment, by what speaks against it: who says it, and how old that is. */
function Claims({ claims, links }: { readonly claims: readonly Linked[]; readonly links: LinksTold }) {
  const { notes } = useApp()
  useNotes((state) => state.notes)
  const self = usePeers(({ status }) => ('self' in status ? status.self : null))
  const text = strings.graph.claims
  const shown = claims.slice(0, LIST_SHOWN).flatMap(([other, [edge]]) => {
    const against = edge === undefined ? null : links.against(edge)
    return edge === undefined || against === null ? [] : { other, edge, against }
  })
  return (
    <div data-testid="claims">
      {NO_LINK.map((reason) => {
        const some = shown.filter(({ against }) => against === reason)
        return some.length === 0 ? null : (
          <Fragment key={reason}>
            <p className="ps-number">{text.title(text.why[reason])}</p>
            {some.map(({ other, edge }) => (
              <div key={other} className="ps-happened">
                <PeerButton peerId={other} />
                <span className="ps-number ps-clip">
                  {edge.saidBy === self ? text.ours : text.by(notes.nameOf(edge.saidBy))} <Ago at={edge.at} />
                </span>
              </div>
            ))}
          </Fragment>
        )
      })}
      <More count={claims.length - LIST_SHOWN} />
    </div>
  )
}

function PeerButton({ peerId }: { readonly peerId: PeerId }) {
  const { ui } = useApp()
  const forms = useForms()
  return (
    <button
      type="button"
      className="ps-link ps-clip"
      title={forms.id(peerId)}
      onClick={() => ui.setState({ selected: peerId })}
    >
      <Nickname peerId={peerId} />
    </button>
  )
}

function LinkList(props: {
  readonly id: string
  readonly title: string
  readonly links: readonly Linked[]
  /** What is said of each; when it was heard where nothing is given. */
  readonly said?: (edges: readonly Edge[]) => string
  /** What stands below the list. */
  readonly children?: ReactNode
}) {
  const { links, said, children = null } = props
  if (links.length === 0 && children === null) return null
  return (
    <Section id={props.id} title={props.title} end={<span className="ps-number">{links.length}</span>}>
      {links.slice(0, LIST_SHOWN).map(([other, edges]) => (
        <div key={other} className="ps-happened">
          <PeerButton peerId={other} />
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
      {children}
    </Section>
  )
}

function kindsOf(edges: readonly Edge[]): string {
  return [...new Set(edges.map(({ kind }) => strings.edges[kind]))].join(', ')
}

function newest(edges: readonly Edge[]): number {
  return Math.max(...edges.map(({ at }) => at))
}
