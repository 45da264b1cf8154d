import { ActionIcon, Button, Loader, Tooltip } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { PeerDetail } from '../../../shared/contract.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { runVerb } from '../controls/dialogs.tsx'
import { copyText } from '../controls/verbs.ts'
import { useApp, useLink, usePeers, usePicture } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { formatDrift } from '../ui/format.ts'
import { Chip, CopyLine, FailureText, Nickname, StateMark } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Addresses, Facts, Links, Raw, RoundTrip, Tags, Tickets, UniqueIds, Versions } from './sections.tsx'

/** Everything that is known of the selected peer, and what can be done with it. */
export function Inspector({ peerId, width }: { readonly peerId: PeerId; readonly width: number }) {
  const { ui } = useApp()
  const row = usePeers((state) => state.peers.get(peerId))
  const now = usePicture((state) => state.picture === null)
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
        <strong style={{ fontSize: 14.5, minWidth: 0 }}>
          <Nickname peerId={peerId} />
        </strong>
        <span style={{ flex: 1 }} />
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
        <CopyLine text={peerId} what="id" />
        {row === undefined ? <p>{strings.inspector.gone}</p> : <Known row={row} detail={detail} />}
        {failed === null ? null : <FailureText failure={failed} />}
      </div>
      {now ? (
        <Actions peerId={peerId} self={row?.self ?? false} />
      ) : (
        <p className="ps-inspector-note">{strings.past.noVerbs}</p>
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
  return { detail, failed }
}

function Known({ row, detail }: { readonly row: PeerRow; readonly detail: PeerDetail | null }) {
  const now = usePicture((state) => state.picture === null)
  const drift = detail?.clockDrift ?? null
  return (
    <>
      <div className="ps-chips">
        <span className="ps-chip">
          <StateMark row={row} />
          {row.state === 'online' ? null : `: ${strings.stateMeaning[row.state]}`}
        </span>
        {row.signed ? (
          <Chip tone="good">{strings.inspector.verified}</Chip>
        ) : (
          <Chip tone="warn">{strings.inspector.unsigned}</Chip>
        )}
        {drift === null ? null : (
          <Chip tone={Math.abs(drift) > DRIFT_WARN ? 'warn' : 'mute'}>
            {strings.inspector.drift(formatDrift(drift))}
          </Chip>
        )}
        {detail === null && !now ? null : detail === null ? (
          <Loader size={14} aria-hidden />
        ) : (
          <Chip tone={detail.restarts > 2 ? 'warn' : 'mute'}>{strings.inspector.restarts(detail.restarts)}</Chip>
        )}
      </div>
      <RoundTrip row={row} samples={detail?.rttSamples ?? []} />
      <Addresses row={row} />
      <Tags row={row} />
      <Facts row={row} />
      <Links peerId={row.peerId} />
      <UniqueIds title={strings.inspector.streams} ids={row.streams} />
      <UniqueIds title={strings.inspector.groups} ids={row.groups} />
      <Tickets detail={detail} count={row.ticketCount} />
      <Versions detail={detail} />
      <Raw detail={detail} />
    </>
  )
}

/** Clock drift from which on it is shown as a warning, in milliseconds. */
const DRIFT_WARN = 10_000

/** Pause before the detail is asked for again, in milliseconds. */
const DETAIL_MS = 400

type Verb = 'ping' | 'sync' | 'dial'

function Actions({ peerId, self }: { readonly peerId: PeerId; readonly self: boolean }) {
  const app = useApp()
  const [busy, setBusy] = useState<Verb | null>(null)
  const [said, setSaid] = useState('')
  const [failed, setFailed] = useState<Failure | null>(null)
  const run = async (verb: Verb): Promise<void> => {
    setBusy(verb)
    setSaid('')
    setFailed(null)
    try {
      setSaid(await runVerb(app, verb, peerId))
    } catch (thrown) {
      setFailed(describeFailure(thrown))
    }
    setBusy(null)
  }
  return (
    <div style={{ borderTop: '1px solid var(--ps-border)' }}>
      {said === '' && failed === null ? null : (
        <div style={{ padding: '8px 14px 0', fontSize: 12.5 }}>
          {failed === null ? <output>{said}</output> : <FailureText failure={failed} />}
        </div>
      )}
      <div className="ps-inspector-foot" style={{ borderTop: 0 }}>
        {(['ping', 'sync', 'dial'] as const).map((verb) => (
          <Button
            key={verb}
            size="xs"
            px={4}
            variant="default"
            disabled={self || (busy !== null && busy !== verb)}
            loading={busy === verb}
            onClick={() => void run(verb)}
          >
            {strings.inspector[verb]}
          </Button>
        ))}
        <Button size="xs" px={4} variant="default" onClick={() => void copyText(peerId)}>
          {strings.inspector.copyId}
        </Button>
      </div>
    </div>
  )
}
