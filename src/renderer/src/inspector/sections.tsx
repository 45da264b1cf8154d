import { TagsInput } from '@mantine/core'
import { useState } from 'react'
import type { PeerDetail } from '../../../shared/contract.ts'
import { isUniqueId } from '../../../shared/ids.ts'
import type { UniqueId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { setOwnTags } from '../controls/dialogs.tsx'
import { tagsError } from '../controls/join-form.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useApp, useForms, useNames, usePicture } from '../stores/app-context.tsx'
import { formatExact, formatRtt } from '../ui/format.ts'
import { Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { NamedId } from './names.tsx'
import { RttChart } from './rtt-chart.tsx'
import { LIST_SHOWN, More, Section } from './section.tsx'

const VERSIONS_SHOWN = 8

/** The smoothed round-trip time and its course. */
export function RoundTrip({ row, samples }: { readonly row: PeerRow; readonly samples: PeerDetail['rttSamples'] }) {
  if (row.self) return null
  return (
    <Section
      id="rtt"
      title={strings.inspector.rtt}
      end={
        row.rtt === null ? null : (
          <span title={strings.inspector.rttMeaning(formatRtt(row.rtt.rttvar))}>
            <strong>{formatRtt(row.rtt.srtt)}</strong> {strings.inspector.rttSmoothed}
          </span>
        )
      }
    >
      {samples.length > 1 ? <RttChart samples={samples} /> : null}
      {row.rtt === null && samples.length < 2 ? <span className="ps-number">{strings.inspector.rttNone}</span> : null}
    </Section>
  )
}

/** Tags; our own can be changed. */
export function Tags({ row }: { readonly row: PeerRow }) {
  const now = usePicture((state) => state.picture === null)
  return (
    <Section id="tags" title={strings.inspector.tags}>
      {row.self && now ? <OwnTags row={row} /> : null}
      {row.tags.length === 0 && !row.self ? <span className="ps-number">{strings.inspector.nothing}</span> : null}
      {row.self && now
        ? null
        : row.tags.map((tag) =>
            isUniqueId(tag) ? (
              <NamedId key={tag} id={tag} what={strings.things.tag} />
            ) : (
              <span key={tag} className="ps-tag" title={tag}>
                {tag}
              </span>
            ),
          )}
    </Section>
  )
}

function OwnTags({ row }: { readonly row: PeerRow }) {
  const app = useApp()
  const [busy, setBusy] = useState(false)
  const names = useNames((state) => state.names)
  const words = row.tags.map((tag) => names.get(tag) ?? tag)
  const change = (tags: string[]): void => {
    setBusy(true)
    setOwnTags(app, words, tags)
      .catch(tellFailure)
      .finally(() => setBusy(false))
  }
  return (
    <TagsInput
      size="xs"
      aria-label={strings.inspector.addTag}
      placeholder={strings.inspector.addTag}
      value={words}
      disabled={busy}
      error={tagsError(words)}
      onChange={change}
    />
  )
}

/** How and since when the peer is known. */
export function Facts({ row, detail }: { readonly row: PeerRow; readonly detail: PeerDetail | null }) {
  const { facts } = strings.inspector
  return (
    <Section id="known" title={strings.inspector.known}>
      <dl className="ps-facts">
        <dt>{facts.source}</dt>
        <dd>{strings.sources[row.source]}</dd>
        <FirstPath learned={detail?.learnedBy ?? null} />
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

/** By which path the peer was found first, and who told of it. */
function FirstPath({ learned }: { readonly learned: PeerDetail['learnedBy'] }) {
  const { ui } = useApp()
  const forms = useForms()
  const { facts, paths, slot } = strings.inspector
  if (learned === null) return null
  const { from } = learned
  return (
    <>
      <dt>{facts.path}</dt>
      <dd>
        {paths[learned.path]}
        {learned.slot === null ? null : ` ${slot(learned.slot)}`}
      </dd>
      {from === null ? null : (
        <>
          <dt>{facts.from}</dt>
          <dd>
            <button
              type="button"
              className="ps-link"
              title={forms.id(from)}
              onClick={() => ui.setState({ selected: from })}
            >
              <Nickname peerId={from} />
            </button>
          </dd>
        </>
      )}
    </>
  )
}

/** Streams, functions or groups. */
export function UniqueIds(props: {
  readonly id: 'streams' | 'functions' | 'groups'
  readonly title: string
  readonly ids: readonly UniqueId[]
}) {
  const { ids } = props
  if (ids.length === 0) return null
  return (
    <Section id={props.id} title={props.title} end={<span className="ps-number">{ids.length}</span>}>
      {ids.slice(0, LIST_SHOWN).map((id) => (
        <NamedId key={id} id={id} what={strings.things.id} />
      ))}
      <More count={ids.length - LIST_SHOWN} />
    </Section>
  )
}

/** The newest versions of the entry: when they reached us, and how. */
export function Versions({ detail }: { readonly detail: PeerDetail | null }) {
  if (detail === null || detail.versions.length === 0) return null
  const { versions } = detail
  return (
    <Section
      id="versions"
      title={strings.inspector.versions}
      end={<span className="ps-number">{versions.length}</span>}
    >
      {versions.slice(0, VERSIONS_SHOWN).map(({ version, at, source }) => (
        <div
          key={`${version.startedAt}.${version.updatedAt}.${at}`}
          className="ps-happened"
          title={strings.inspector.version(formatExact(version.updatedAt), formatExact(at))}
        >
          <Ago at={version.updatedAt} />
          <span className="ps-number">{strings.sources[source]}</span>
        </div>
      ))}
      <More count={versions.length - VERSIONS_SHOWN} />
    </Section>
  )
}
