import { TagsInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { ReactNode } from 'react'
import type { PeerDetail } from '../../../shared/contract.ts'
import type { PeerId, UniqueId } from '../../../shared/ids.ts'
import type { Edge, PeerRow } from '../../../shared/peer.ts'
import { setOwnTags } from '../controls/dialogs.tsx'
import { tagsError } from '../controls/join-form.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useApp, usePeers } from '../stores/app-context.tsx'
import { ALL_EVENTS } from '../stores/event-store.ts'
import { formatBytes, formatExact, formatRtt } from '../ui/format.ts'
import { CopyLine, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { RttChart } from './rtt-chart.tsx'

const VERSIONS_SHOWN = 8
const LINKS_SHOWN = 30

function Section({
  title,
  end,
  children,
}: {
  readonly title: string
  readonly end?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className="ps-section">
      <h3 style={{ display: 'flex', justifyContent: 'space-between' }}>
        {title}
        {end}
      </h3>
      {children}
    </section>
  )
}

/** The smoothed round-trip time and its course. */
export function RoundTrip({ row, samples }: { readonly row: PeerRow; readonly samples: PeerDetail['rttSamples'] }) {
  if (row.self) return null
  return (
    <Section
      title={strings.inspector.rtt}
      end={
        row.rtt === null ? null : (
          <strong style={{ color: 'var(--mantine-color-text)' }} title={`± ${formatRtt(row.rtt.rttvar)}`}>
            {formatRtt(row.rtt.srtt)}
          </strong>
        )
      }
    >
      {samples.length > 1 ? <RttChart samples={samples} /> : null}
      {row.rtt === null ? <span className="ps-number">{strings.inspector.rttNone}</span> : null}
    </Section>
  )
}

/** Addresses, each with a copy button. */
export function Addresses({ row }: { readonly row: PeerRow }) {
  return (
    <Section title={strings.inspector.addresses}>
      {row.addresses.length === 0 ? <span className="ps-number">{strings.inspector.nothing}</span> : null}
      {row.addresses.map((address) => (
        <CopyLine key={address} text={`${address}/p2p/${row.peerId}`} shown={address} what="address" />
      ))}
    </Section>
  )
}

/** Tags; our own can be changed. */
export function Tags({ row }: { readonly row: PeerRow }) {
  const app = useApp()
  const [busy, setBusy] = useState(false)
  if (!row.self) {
    return (
      <Section title={strings.inspector.tags}>
        {row.tags.length === 0 ? <span className="ps-number">{strings.inspector.nothing}</span> : null}
        {row.tags.map((tag) => (
          <span key={tag} className="ps-tag" title={tag}>
            {tag}
          </span>
        ))}
      </Section>
    )
  }
  const change = (tags: string[]): void => {
    setBusy(true)
    setOwnTags(app, row.tags, tags)
      .catch(tellFailure)
      .finally(() => setBusy(false))
  }
  return (
    <Section title={strings.inspector.tags}>
      <TagsInput
        size="xs"
        aria-label={strings.inspector.addTag}
        placeholder={strings.inspector.addTag}
        value={[...row.tags]}
        disabled={busy}
        error={tagsError(row.tags)}
        onChange={change}
      />
    </Section>
  )
}

/** How and since when the peer is known. */
export function Facts({ row }: { readonly row: PeerRow }) {
  const { events, ui } = useApp()
  const { facts } = strings.inspector
  const show = (): void => {
    events.setFilter({ ...ALL_EVENTS, peerId: row.peerId })
    ui.setState({ view: 'timeline' })
  }
  return (
    <Section
      title={strings.inspector.known}
      end={
        <button type="button" className="ps-link" style={{ color: 'var(--ps-info)' }} onClick={show}>
          {strings.inspector.events}
        </button>
      }
    >
      <dl className="ps-facts">
        <dt>{facts.source}</dt>
        <dd>{strings.sources[row.source]}</dd>
        <dt>{facts.first}</dt>
        <dd>
          <Ago at={row.firstSeen} />
        </dd>
        <dt>{facts.last}</dt>
        <dd>
          <Ago at={row.lastSeen} />
        </dd>
        <dt>{facts.started}</dt>
        <dd>
          <Ago at={row.version.startedAt} />
        </dd>
        <dt>{facts.protocol}</dt>
        <dd>{row.protocolVersion}</dd>
      </dl>
    </Section>
  )
}

/** The edges of the peer: what they are, and who said so. */
export function Links({ peerId }: { readonly peerId: PeerId }) {
  const { peers, ui } = useApp()
  const edgeRev = usePeers((state) => state.edgeRev)
  const links = useMemo(() => {
    const found = new Map<PeerId, Edge[]>()
    for (const edge of peers.getState().edges.values()) {
      if (edge.a !== peerId && edge.b !== peerId) continue
      const other = edge.a === peerId ? edge.b : edge.a
      const known = found.get(other)
      if (known === undefined) found.set(other, [edge])
      else known.push(edge)
    }
    // The revision stands for the edges, which are changed in place.
    return { found: [...found], edgeRev }
  }, [peers, peerId, edgeRev]).found
  if (links.length === 0) return null
  return (
    <Section title={strings.inspector.links} end={<span>{links.length}</span>}>
      {links.slice(0, LINKS_SHOWN).map(([other, edges]) => (
        <div key={other} style={{ display: 'flex', justifyContent: 'space-between', gap: 8, lineHeight: '24px' }}>
          <button type="button" className="ps-link" title={other} onClick={() => ui.setState({ selected: other })}>
            <Nickname peerId={other} />
          </button>
          <span className="ps-number" title={formatExact(Math.max(...edges.map(({ at }) => at)))}>
            {[...new Set(edges.map(({ kind }) => strings.edges[kind]))].join(', ')}
          </span>
        </div>
      ))}
      {links.length > LINKS_SHOWN ? <span className="ps-number">+{links.length - LINKS_SHOWN}</span> : null}
    </Section>
  )
}

/** Streams or groups. */
export function UniqueIds({ title, ids }: { readonly title: string; readonly ids: readonly UniqueId[] }) {
  if (ids.length === 0) return null
  return (
    <Section title={title} end={<span>{ids.length}</span>}>
      {ids.slice(0, LINKS_SHOWN).map((id) => (
        <CopyLine key={id} text={id} what="id" />
      ))}
    </Section>
  )
}

/** Tickets by id, with their sizes. */
export function Tickets({ detail, count }: { readonly detail: PeerDetail | null; readonly count: number }) {
  if (count === 0) return null
  return (
    <Section title={strings.inspector.tickets} end={<span>{count}</span>}>
      {(detail?.tickets ?? []).map(({ id, bytes }) => (
        <CopyLine
          key={id}
          text={id}
          shown={strings.inspector.ticket(`${id.slice(0, 16)}…`, formatBytes(bytes))}
          what="id"
        />
      ))}
    </Section>
  )
}

/** The newest versions of the entry: when they reached us, and how. */
export function Versions({ detail }: { readonly detail: PeerDetail | null }) {
  if (detail === null || detail.versions.length === 0) return null
  return (
    <Section title={strings.inspector.versions}>
      {detail.versions.slice(0, VERSIONS_SHOWN).map(({ version, at, source }) => (
        <div
          key={`${version.startedAt}.${version.updatedAt}.${at}`}
          style={{ display: 'flex', justifyContent: 'space-between' }}
          title={`${version.startedAt} / ${version.updatedAt}`}
        >
          <Ago at={version.updatedAt} />
          <span className="ps-number">{strings.sources[source]}</span>
        </div>
      ))}
    </Section>
  )
}

/** The exact bytes and their signature, as hex. */
export function Raw({ detail }: { readonly detail: PeerDetail | null }) {
  if (detail === null || detail.raw === null) return null
  const { entry, signature } = detail.raw
  return (
    <section className="ps-section">
      <details>
        <summary style={{ cursor: 'pointer', color: 'var(--mantine-color-dimmed)', fontSize: 12 }}>
          {strings.inspector.raw} · {formatBytes(entry.length / 2)}
        </summary>
        <Hex title={strings.inspector.entry} text={entry} />
        <Hex title={strings.inspector.signature} text={signature} />
      </details>
    </section>
  )
}

function Hex({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <CopyLine text={text} shown={title} what={title.toLowerCase()} />
      <div className="ps-hex">{text}</div>
    </>
  )
}
