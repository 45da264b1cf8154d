import { Button, SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Gathered, KnowledgeScope, PeerFact } from '../../../shared/compare-peers.ts'
import { KNOWLEDGE_SCOPES, peerFacts } from '../../../shared/compare-peers.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { isClaim } from '../../../shared/links.ts'
import type { Edge, PeerRow, Source } from '../../../shared/peer.ts'
import { factsBetween } from '../graph/edge-facts.ts'
import { useAbilities, useApp, useCompare, useForms, useNames, useNotes, usePicture } from '../stores/app-context.tsx'
import { shownId } from '../../../shared/names.ts'
import { formatCount, formatRtt } from '../ui/format.ts'
import { FailureText, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import type { CatalogSeen } from './compare-store.ts'
import { knowledgeLists, knownWords, leftSinceWords } from './lists.ts'
import { ResultLists } from './result-lists.tsx'
import { isGone, isWhole, untoldOf, untoldWords } from './untold.ts'
import type { Untold } from './untold.ts'
import type { Known } from './use-knowledge.ts'
import { useKnowledge } from './use-knowledge.ts'
import { useShownPeers } from './use-shown-peers.ts'

interface Two {
  readonly a: PeerId
  readonly b: PeerId
}

/** Two peers side by side: which peers each knows, how that is known, and what each says of itself. */
export function PeersPane({ a, b }: Two) {
  const { compare, notes } = useApp()
  const peers = useShownPeers()
  useNotes((state) => state.notes)
  const catalogs = useCompare((state) => state.catalogs)
  const scope = useCompare((state) => state.scope)
  const now = usePicture((state) => state.picture === null)
  const known = useKnowledge(peers, [a, b], now ? catalogs : NOTHING, scope)
  const rowA = useStore(peers, (state) => state.peers.get(a))
  const rowB = useStore(peers, (state) => state.peers.get(b))
  const text = strings.compare
  const pair = useMemo(() => [a, b] as const, [a, b])
  const { neighbors } = useAbilities()
  const told = useMemo(
    () =>
      (known?.of ?? []).map((one) => {
        const row = one.peerId === a ? rowA : rowB
        return untoldOf(one, row, catalogs.get(one.peerId), { scope: known?.scope ?? 'all', now, neighbors })
      }),
    [known, a, rowA, rowB, catalogs, now, neighbors],
  )
  const lists = useMemo(() => {
    const [wholeA = false, wholeB = false] = told.map(isWhole)
    if (known === null) return []
    const rowOf = (peerId: PeerId): PeerRow | undefined => peers.getState().peers.get(peerId)
    return knowledgeLists(known.difference, { nameOf: notes.nameOf, rowOf }, pair, [wholeA, wholeB])
  }, [known, notes, peers, pair, told])
  // Which list is the first is decided once, by all that there is to know.
  const [settled, setSettled] = useState<KnowledgeScope | null>(null)
  const isSettled = known !== null && told.every(({ catalog }) => catalog !== 'looking')
  if (isSettled && settled !== known.scope) setSettled(known.scope)
  const untold = told.flatMap((one, index) => {
    const peerId = pair[index === 0 ? 0 : 1]
    const words = untoldWords(notes.nameOf(peerId), one)
    return words === null ? [] : { peerId, words }
  })
  const heads = (
    <thead>
      <tr>
        <th scope="col">{text.field}</th>
        {pair.map((peerId) => (
          <th key={peerId} scope="col">
            <Nickname peerId={peerId} />
          </th>
        ))}
      </tr>
    </thead>
  )
  return (
    <>
      <table className="ps-compare-facts">
        {heads}
        <tbody>
          <Told known={known} pair={pair} />
          <Catalogs known={known} pair={pair} />
          <tr>
            <th scope="row">{text.between}</th>
            <td colSpan={2}>
              <Between a={a} b={b} />
            </td>
          </tr>
        </tbody>
      </table>
      <div className="ps-compare-knowledge">
        <strong>{text.knowledge}</strong>
        <SegmentedControl
          size="xs"
          aria-label={text.scope}
          data={KNOWLEDGE_SCOPES.map((value) => ({ value, label: text.scopes[value] as string }))}
          value={scope}
          onChange={(value) => compare.look({ scope: KNOWLEDGE_SCOPES.find((one) => one === value) ?? 'all' })}
        />
      </div>
      {untold.map(({ peerId, words }) => (
        <p key={peerId} className="ps-compare-untold">
          {words}
        </p>
      ))}
      {known === null || known.scope === 'links'
        ? null
        : told.map((one, index) => <AsOf key={pair[index]} one={known.of[index]} untold={one} />)}
      {settled === null ? (
        <p className="ps-number ps-compare-pending">{text.comparing}</p>
      ) : (
        <ResultLists key={settled} lists={lists} label={text.knowledge} />
      )}
      {rowA === undefined || rowB === undefined ? null : (
        <table className="ps-compare-facts">
          {heads}
          <tbody>
            <Facts a={rowA} b={rowB} />
          </tbody>
        </table>
      )}
    </>
  )
}

/** From when what the lists say of a peer's catalog is, and how to look again; nothing of our own. */
function AsOf({ one, untold }: { readonly one: Gathered | undefined; readonly untold: Untold }) {
  const { notes } = useApp()
  const text = strings.compare
  if (one === undefined || one.heldAt === null || untold.self) return null
  return (
    <p className="ps-number">
      {text.asOfSync(notes.nameOf(one.peerId))} <Ago at={one.heldAt} />.{' '}
      {untold.here ? text.again(text.syncVerb) : null}
    </p>
  )
}

const NOTHING: ReadonlyMap<PeerId, CatalogSeen> = new Map()

interface KnownProps {
  readonly known: Known | null
  readonly pair: readonly [PeerId, PeerId]
}

/** How many links each has, and when it told them; with a way to ask. */
function Told({ known, pair }: KnownProps) {
  const { neighbors } = useAbilities()
  const text = strings.compare
  return (
    <>
      <tr>
        <th scope="row">{text.links}</th>
        {pair.map((peerId, index) => {
          const one = known?.of[index]
          return (
            <Asked key={peerId} peerId={peerId} verb={neighbors ? 'ask' : null}>
              {one === undefined ? null : <ToldOf one={one} />}
            </Asked>
          )
        })}
      </tr>
      {neighbors ? null : (
        <tr>
          <th scope="row" aria-label={text.links} />
          <td colSpan={2} className="ps-number">
            {text.untold}
          </td>
        </tr>
      )}
    </>
  )
}

function ToldOf({ one }: { readonly one: Gathered }) {
  const peers = useShownPeers()
  const row = useStore(peers, (state) => state.peers.get(one.peerId))
  const { neighbors } = useAbilities()
  const text = strings.compare
  return (
    <>
      {text.linked(formatCount(one.links))}
      {', '}
      {row?.self === true ? (
        text.ourOwn
      ) : one.toldAt === null ? (
        neighbors ? (
          isGone(row) ? (
            text.linksGone
          ) : (
            text.notAsked
          )
        ) : (
          text.none
        )
      ) : (
        <>
          {text.toldAgo} <Ago at={one.toldAt} />
        </>
      )}
    </>
  )
}

/** How much of each catalog was seen, and when; with a way to sync. */
function Catalogs({ known, pair }: KnownProps) {
  const peers = useShownPeers()
  const now = usePicture((state) => state.picture === null)
  const catalogs = useCompare((state) => state.catalogs)
  const text = strings.compare
  const rows = useStore(peers, (state) => state.peers)
  const words = (peerId: PeerId, one: Gathered | undefined): ReactNode => {
    const seen = catalogs.get(peerId)
    const held = [...(one?.known.values() ?? [])].filter(({ kinds }) => kinds.includes('holds')).length
    if (rows.get(peerId)?.self === true) return text.catalogOurs(formatCount(held))
    if (!now) {
      const at = one?.partHeldAt ?? null
      if (at === null) return text.catalogPast
      return (
        <>
          {text.catalogPart(formatCount(held))} <Ago at={at} />
        </>
      )
    }
    if (seen === undefined || seen.state === 'asked') return null
    if (seen.state !== 'seen') return isGone(rows.get(peerId)) ? text.catalogGone : text.catalogNever
    return (
      <>
        {text.catalogHolds(formatCount(seen.peerIds.length))} <Ago at={seen.at} />
        {leftSinceWords([...(one?.left.keys() ?? [])], (other) => rows.get(other))}
      </>
    )
  }
  return (
    <tr>
      <th scope="row">{text.catalog}</th>
      {pair.map((peerId, index) => (
        <Asked key={peerId} peerId={peerId} verb="sync">
          {words(peerId, known?.of[index])}
        </Asked>
      ))}
    </tr>
  )
}

/** What is known of something, a button that asks the peer, and what came of that. */
function Asked(props: {
  readonly peerId: PeerId
  /** Null where the peer cannot be asked. */
  readonly verb: 'ask' | 'sync' | null
  readonly children: ReactNode
}) {
  const { peerId, verb, children } = props
  const { compare, notes } = useApp()
  const forms = useForms()
  const peers = useShownPeers()
  const now = usePicture((state) => state.picture === null)
  const asks = useStore(peers, ({ peers: rows }) => rows.get(peerId)?.state === 'online' && !rows.get(peerId)?.self)
  const question = useCompare((state) => state.questions.get(verb === null ? '' : `${verb} ${peerId}`))
  const text = strings.compare
  const label = verb === 'ask' ? text.askOf(notes.nameOf(peerId)) : text.syncOf(notes.nameOf(peerId))
  return (
    <td>
      <div className="ps-compare-asked">
        <span>{children}</span>
        {verb === null || !asks || !now ? null : (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={label}
            title={label}
            loading={question?.state === 'asking'}
            onClick={() => void (verb === 'ask' ? compare.ask(peerId) : compare.sync(peerId))}
          >
            {verb === 'ask' ? text.ask : text.syncVerb}
          </Button>
        )}
      </div>
      {question?.state === 'answered' ? <output className="ps-number">{forms.said(question.words)}</output> : null}
      {question?.state === 'failed' ? <FailureText failure={question.failure} /> : null}
    </td>
  )
}

/** What is said of a link between the two. */
function Between({ a, b }: Two) {
  const { notes } = useApp()
  const peers = useShownPeers()
  const edgeRev = useStore(peers, (state) => state.edgeRev)
  const text = strings.compare
  const { facts } = useMemo(() => {
    const { links } = peers.getState()
    const found = factsBetween(links.of(a), a, b)
    return { facts: found.map((fact) => ({ fact, against: isClaim(fact) ? links.against(fact) : null })), edgeRev }
    // The revision stands for the edges, which are changed in place.
  }, [peers, a, b, edgeRev])
  const none = facts.every(({ against }) => against !== null)
  const said = (fact: Edge): string => {
    const rowOf = (peerId: PeerId): PeerRow | undefined => peers.getState().peers.get(peerId)
    const words = knownWords({ kinds: [fact.kind], saidBy: fact.saidBy }, { nameOf: notes.nameOf, rowOf })
    // Ours are said once, when they begin; what others say is as old as their answer.
    return rowOf(fact.saidBy)?.self === true ? text.since(words) : words
  }
  return (
    <>
      {none ? <span className="ps-number">{text.betweenNone}</span> : null}
      {facts.length === 0 ? null : (
        <ul className="ps-compare-between">
          {facts.map(({ fact, against }) => (
            <li key={`${fact.kind} ${fact.a} ${fact.saidBy}`}>
              {said(fact)}{' '}
              <span className="ps-number">
                <Ago at={fact.at} />
                {against === null ? null : ` · ${strings.graph.edge.noLink(strings.graph.claims.why[against])}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Facts({ a, b }: { readonly a: PeerRow; readonly b: PeerRow }) {
  const facts = useMemo(() => peerFacts(a, b), [a, b])
  return facts.map((fact) => <Fact key={fact.field} fact={fact} />)
}

function Fact({ fact }: { readonly fact: PeerFact }) {
  const text = strings.compare
  const head = fact.kind === 'value' ? text.values[fact.field] : text.listFields[fact.field]
  return (
    <tr data-differs={fact.same ? undefined : ''} data-field={fact.field}>
      <th scope="row">
        {head}
        {fact.same ? null : <span className="ps-compare-mark">{text.differs}</span>}
      </th>
      {fact.kind === 'value' ? (
        <>
          <td>{valueOf(fact.field, fact.a)}</td>
          <td>{valueOf(fact.field, fact.b)}</td>
        </>
      ) : (
        <>
          <Items items={fact.lists.both} own={fact.lists.onlyA} field={fact.field} />
          <Items items={fact.lists.both} own={fact.lists.onlyB} field={fact.field} />
        </>
      )}
    </tr>
  )
}

/** The items of one side; those that the other lacks are marked, and come first. */
function Items({
  items,
  own,
  field,
}: {
  readonly items: readonly string[]
  readonly own: readonly string[]
  readonly field: string
}) {
  const forms = useForms()
  const names = useNames((state) => state.names)
  const shown = (item: string): string => (field === 'addresses' ? forms.address(item) : shownId(item, names))
  return (
    <td>
      {items.length + own.length === 0 ? <span className="ps-number">{strings.compare.none}</span> : null}
      {own.map((item) => (
        <span key={item} className="ps-tag" data-own title={item}>
          {shown(item)}
        </span>
      ))}
      {items.map((item) => (
        <span key={item} className="ps-tag" title={item}>
          {shown(item)}
        </span>
      ))}
    </td>
  )
}

function valueOf(field: Extract<PeerFact, { kind: 'value' }>['field'], value: string | number | null): ReactNode {
  const text = strings.compare
  if (field === 'rtt') return typeof value === 'number' ? formatRtt(value) : text.notMeasured
  if (field === 'source') return strings.sources[value as Source]
  return typeof value === 'number' ? <Ago at={value} /> : value
}
