import { ActionIcon, Loader, Tooltip } from '@mantine/core'
import { IconArrowsLeftRight, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { PeerDetail } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow, PeerState } from '../../../shared/peer.ts'
import { useWatchable } from '../alerts/use-watch.ts'
import { WatchButton, WatchMark } from '../alerts/watch-mark.tsx'
import { useApp, useForms, useLink, usePeers, usePicture } from '../stores/app-context.tsx'
import { isForeign } from '../stores/picture-store.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { CopyLine, FailureText, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Actions } from './actions.tsx'
import { DepartureWhy } from './departure-why.tsx'
import { SignedEntry } from './entry.tsx'
import { History } from './history.tsx'
import { Note } from './note.tsx'
import { Addresses } from './addresses.tsx'
import { Links } from './links.tsx'
import { Facts, RoundTrip, Tags, UniqueIds, Versions } from './sections.tsx'
import { Tickets } from './tickets.tsx'
import { Unlisted } from './unlisted.tsx'
import { StateLine, Verdict } from './verdict.tsx'
import { Why } from './why.tsx'

/** Everything that is known of the selected peer, and what can be done with it. */
export function Inspector({ peerId, width }: { readonly peerId: PeerId; readonly width: number }) {
  const { ui, compare } = useApp()
  const forms = useForms()
  const row = usePeers((state) => state.peers.get(peerId))
  const now = usePicture((state) => state.picture === null)
  const watchable = useWatchable()
  const stored = usePicture(({ picture }) => picture?.kind === 'stored')
  // Neither a file nor a history is the network that is joined.
  const foreign = usePicture(({ picture }) => isForeign(picture))
  const { detail, failed } = useDetail(peerId, row)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside
    <aside
      className="ps-inspector"
      aria-label={strings.inspector.title}
      style={{ width }}
      data-inspector
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') ui.setState({ selected: null })
      }}
    >
      <div className="ps-toolbar">
        <h2 className="ps-inspector-title">
          <Nickname peerId={peerId} both />
        </h2>
        <WatchMark peerId={peerId} />
        {detail === null && failed === null && now && row !== undefined ? <Loader size={13} aria-hidden /> : null}
        <span style={{ flex: 1 }} />
        {row === undefined || row.self || !watchable ? null : <WatchButton peerId={peerId} />}
        {row === undefined || stored ? null : (
          <Tooltip label={strings.compare.with} openDelay={400}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={strings.compare.with}
              onClick={() => compare.openPeers(peerId)}
            >
              <IconArrowsLeftRight size={16} />
            </ActionIcon>
          </Tooltip>
        )}
        <Tooltip label={strings.inspector.close} openDelay={400}>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={strings.inspector.close}
            onClick={() => ui.setState({ selected: null })}
          >
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className="ps-inspector-body">
        {row === undefined ? null : <StateLine row={row} detail={detail} />}
        <CopyLine text={forms.short(peerId)} what={strings.things.shortId} />
        <CopyLine text={forms.id(peerId)} what={strings.things.id} />
        <DepartureWhy peerId={peerId} row={row} />
        {row === undefined ? <Unlisted peerId={peerId} /> : <Known row={row} detail={detail} />}
        {failed === null ? null : <FailureText failure={failed} />}
      </div>
      {row === undefined ? null : now ? (
        <Actions peerId={peerId} row={row} />
      ) : (
        <p className="ps-inspector-note">
          {stored ? strings.history.noVerbs : foreign ? strings.past.noVerbsInFile : strings.past.noVerbs}
        </p>
      )}
    </aside>
  )
}

/** The detail, asked for again when the row changes, one call at a time. */
function useDetail(peerId: PeerId, row: PeerRow | undefined): { detail: PeerDetail | null; failed: Failure | null } {
  const { client } = useApp()
  const linked = useLink((state) => state.state === 'live')
  // The engine tells of the peer as it is now.
  const live = usePicture((state) => state.picture === null) && linked
  const [detail, setDetail] = useState<PeerDetail | null>(null)
  const [failed, setFailed] = useState<Failure | null>(null)
  const detailOf = useRef<PeerId | null>(null)
  useEffect(() => {
    if (row === undefined || !live) return
    const stop = new AbortController()
    const ask = async (): Promise<void> => {
      try {
        const answer = await client.peers.detail({ peerId }, { signal: stop.signal })
        if (stop.signal.aborted) return
        setDetail(answer)
        setFailed(null)
      } catch (thrown) {
        if (!stop.signal.aborted) setFailed(describeFailure(thrown))
      }
    }
    // A row that changes with every batch asks once when it comes to rest, not ten times a second.
    const timer = setTimeout(() => void ask(), detailOf.current === peerId ? DETAIL_MS : 0)
    detailOf.current = peerId
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [client, peerId, row, live])
  // What was told of the present says nothing of a past moment.
  return live ? { detail, failed } : NO_DETAIL
}

const NO_DETAIL = { detail: null, failed: null } as const

function Known({ row, detail }: { readonly row: PeerRow; readonly detail: PeerDetail | null }) {
  return (
    <>
      <Why row={row} />
      <Tags row={row} />
      <Note peerId={row.peerId} />
      <Verdict row={row} detail={detail} />
      <RoundTrip row={row} samples={detail?.rttSamples ?? []} />
      <Addresses row={row} />
      <Facts row={row} detail={detail} />
      <History peerId={row.peerId} stamp={stampOf(row, detail)} />
      <Links peerId={row.peerId} />
      <UniqueIds id="streams" title={strings.inspector.streams} ids={row.streams} />
      <UniqueIds id="functions" title={strings.inspector.functions} ids={row.functions} />
      <UniqueIds id="groups" title={strings.inspector.groups} ids={row.groups} />
      <Tickets detail={detail} count={row.ticketCount} />
      <Versions detail={detail} />
      <SignedEntry peerId={row.peerId} detail={detail} />
    </>
  )
}

/** Changes with what may have added to the peer's history; 0 until its detail is there. */
function stampOf(row: PeerRow, detail: PeerDetail | null): number {
  if (detail === null) return 0
  return row.version.startedAt + row.version.updatedAt + STATES.indexOf(row.state) + (row.neighbor ? 0.5 : 0)
}

const STATES: readonly PeerState[] = ['online', 'departed', 'purged', 'lost', 'removed', 'displaced', 'stored']

/** Pause before the detail is asked for again, in milliseconds. */
const DETAIL_MS = 400
