import type { ReactNode } from 'react'
import type { PeerDetail } from '../../../shared/contract.ts'
import type { PeerRow } from '../../../shared/peer.ts'
import { usePicture } from '../stores/app-context.tsx'
import { formatDrift, roughDuration } from '../ui/format.ts'
import { Chip, stateMeaning, StateMark } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'
import { Section } from './section.tsx'

/** Clock drift from which on it is explained, in milliseconds. */
export const DRIFT_WARN = 10_000
/** Restarts from which on a peer is restless. */
const RESTARTS_WARN = 3

/** What the peer is now, and since when it is gone: before all else. */
export function StateLine({ row, detail }: { readonly row: PeerRow; readonly detail: PeerDetail | null }) {
  const text = strings.inspector
  const gone = row.state === 'online' ? null : (detail?.gone ?? null)
  const meaning = stateMeaning(row)
  return (
    <p className="ps-state-line" aria-label={text.state}>
      <StateMark row={row} />
      <span className="ps-number">
        {gone === null ? meaning : `${text.left[gone.reason]} `}
        {gone === null ? null : <Ago at={gone.at} />}
      </span>
      {row.state !== 'online' && row.connected ? <Chip tone="warn">{text.stillConnected}</Chip> : null}
    </p>
  )
}

/** Whether what the peer says can be relied on. */
export function Verdict({ row, detail }: { readonly row: PeerRow; readonly detail: PeerDetail | null }) {
  const now = usePicture((state) => state.picture === null)
  const text = strings.inspector
  return (
    <Section id="verdict" title={text.verdict}>
      <dl className="ps-facts">
        <dt>{text.signature}</dt>
        <dd>
          <Signature row={row} detail={detail} />
        </dd>
        {row.self || !now ? null : (
          <>
            <dt>{text.clock}</dt>
            <dd>
              <Clock drift={detail?.clockDrift ?? null} />
            </dd>
          </>
        )}
        {now ? (
          <>
            <dt>{text.restarts}</dt>
            <dd>{detail === null ? '…' : <Restarts count={detail.restarts} />}</dd>
          </>
        ) : null}
      </dl>
    </Section>
  )
}

function Signature({ row, detail }: { readonly row: PeerRow; readonly detail: PeerDetail | null }): ReactNode {
  const text = strings.inspector
  if (row.self) return <Chip tone="good">{text.checkedSelf}</Chip>
  if (!row.signed) return <Chip tone="warn">{text.notSigned}</Chip>
  const at = detail?.checkedAt ?? null
  return (
    <>
      <Chip tone="good">{text.checked}</Chip>{' '}
      {at === null ? null : (
        <span className="ps-number">
          <Ago at={at} />
        </span>
      )}
    </>
  )
}

function Clock({ drift }: { readonly drift: number | null }): ReactNode {
  const text = strings.inspector
  if (drift === null) return <span className="ps-number">{text.clockUnknown}</span>
  if (Math.abs(drift) <= DRIFT_WARN) return text.clockFine(formatDrift(drift))
  const words = drift > 0 ? text.clockAhead : text.clockBehind
  return (
    <>
      <Chip tone="warn">{formatDrift(drift)}</Chip>
      <div className="ps-explained">{words(roughDuration(Math.abs(drift)))}</div>
    </>
  )
}

function Restarts({ count }: { readonly count: number }): ReactNode {
  const words = strings.inspector.restartCount(count)
  return count >= RESTARTS_WARN ? <Chip tone="warn">{words}</Chip> : words
}
