import { useEffect, useState } from 'react'
import type { SessionRow } from '../../../shared/contract.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { filterOfPeer } from '../alerts/watch.ts'
import { SESSION_END_WORDS } from '../../../shared/state-words.ts'
import { useApp, useEvents, usePicture } from '../stores/app-context.tsx'
import { ALL_EVENTS } from '../stores/event-store.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { formatExact, roughDuration } from '../ui/format.ts'
import { FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago, useShownNow } from '../ui/time.tsx'
import { describeEvent } from '../timeline/describe.ts'
import { useSay } from '../timeline/use-say.ts'
import { HowItLeft } from './how-it-left.tsx'
import { Section } from './section.tsx'
import { isNoise, newestFirst, newestStamp, stripOf } from './strip.ts'

const EVENTS_ASKED = 100
const EVENTS_SHOWN = 6
const SESSIONS_SHOWN = 20

interface PeerHistory {
  readonly events: readonly LoggedEvent[]
  readonly sessions: readonly SessionRow[]
}

/** What happened to the peer, and when it was there. `stamp` changes when there may be something new beside what the log tells. */
export function History({ peerId, stamp }: { readonly peerId: PeerId; readonly stamp: number | string }) {
  const now = usePicture((state) => state.picture === null)
  // All of it, whatever moment is looked at.
  const end = usePicture(({ played }) => (played?.stored === undefined ? null : played.moment.to))
  const newest = useNewest(peerId)
  const known = stamp === 0 ? 0 : `${stamp} ${newest}`
  const { history, failed } = useHistory(peerId, end === null ? known : 1, now || end !== null)
  if (!now && end === null) return null
  if (failed !== null) return <FailureText failure={failed} />
  return (
    <>
      <Events peerId={peerId} events={history?.events ?? null} />
      <Presences peerId={peerId} sessions={history?.sessions ?? null} end={end} />
    </>
  )
}

function useHistory(
  peerId: PeerId,
  stamp: number | string,
  now: boolean,
): { readonly history: PeerHistory | null; readonly failed: Failure | null } {
  const { client } = useApp()
  const [history, setHistory] = useState<PeerHistory | null>(null)
  const [failed, setFailed] = useState<Failure | null>(null)
  useEffect(() => {
    if (!now || stamp === 0) return undefined
    const stop = new AbortController()
    const options = { signal: stop.signal }
    const ask = async (): Promise<void> => {
      try {
        const [{ events }, { events: dials }, { sessions }] = await Promise.all([
          client.events.page({ peerId, limit: EVENTS_ASKED }, options),
          // Addresses that were dialed name it: in the log such a row is of no peer.
          client.events.page({ kinds: ['DialFailed'], filter: filterOfPeer(peerId), limit: EVENTS_SHOWN }, options),
          client.history.sessions({ peerId, limit: SESSIONS_SHOWN }, options),
        ])
        if (stop.signal.aborted) return
        setHistory({ events: newestFirst([...events, ...dials]).filter((logged) => !isNoise(logged)), sessions })
        setFailed(null)
      } catch (thrown) {
        if (!stop.signal.aborted) setFailed(describeFailure(thrown))
      }
    }
    void ask()
    return () => stop.abort()
  }, [client, peerId, stamp, now])
  return { history, failed }
}

/** Another text when the peer is told of once more, be it in a row of the log that grows: no row of the peer need change. */
export function useNewest(peerId: PeerId): string {
  return useEvents(({ recent }) => newestStamp(recent, peerId))
}

/** Shows all that happened to a peer, in the timeline: also dials to it that failed. */
export function useShowHistory(peerId: PeerId): () => void {
  const { events, ui } = useApp()
  return () => {
    const filter = filterOfPeer(peerId)
    events.setFilter({ ...ALL_EVENTS, text: filter })
    ui.setState({ view: 'timeline', filter })
  }
}

function Events({ peerId, events }: { readonly peerId: PeerId; readonly events: readonly LoggedEvent[] | null }) {
  const say = useSay()
  const text = strings.inspector
  const showAll = useShowHistory(peerId)
  return (
    <Section
      id="timeline"
      title={text.timeline}
      end={
        <button type="button" className="ps-link ps-action" onClick={showAll}>
          {text.timelineAll}
        </button>
      }
    >
      {events?.length === 0 ? <span className="ps-number">{text.timelineNone}</span> : null}
      <ul className="ps-plain">
        {events?.slice(0, EVENTS_SHOWN).map((logged) => {
          const words = describeEvent(logged, say)
          return (
            <li key={logged.seq} className="ps-happened">
              {logged.event.kind === 'PeerDeparted' ? (
                <HowItLeft peerId={peerId} at={logged.at} words={words} />
              ) : (
                <span className="ps-wrap">{words}</span>
              )}
              <span className="ps-number">
                <Ago at={logged.lastAt ?? logged.at} />
              </span>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}

/** `end`: when the history ends that they are part of; null where it goes on. */
function Presences(props: {
  readonly peerId: PeerId
  readonly sessions: readonly SessionRow[] | null
  readonly end: number | null
}) {
  const text = strings.inspector
  const clock = useShownNow(1000)
  const { peerId, end } = props
  const now = end ?? clock
  // How those ended that were not over then, nobody saw.
  const sessions =
    props.sessions?.map((one) => (one.to === null && end !== null ? { ...one, to: Math.max(one.from, end) } : one)) ??
    null
  return (
    <Section
      id="sessions"
      title={text.sessions}
      end={sessions === null ? null : <span className="ps-number">{sessions.length}</span>}
    >
      {sessions?.length === 0 ? <span className="ps-number">{text.sessionsNone}</span> : null}
      {sessions === null || sessions.length === 0 ? null : (
        <svg
          className="ps-strip"
          viewBox="0 0 100 10"
          preserveAspectRatio="none"
          role="img"
          aria-label={text.sessionStrip(sessions.length)}
        >
          {stripOf(sessions, now).map(({ id, left, width }) => (
            <rect key={id} x={left * 100} y={0} width={width * 100} height={10} />
          ))}
        </svg>
      )}
      <ul className="ps-plain">
        {sessions?.map(({ id, from, to, reason }) => {
          const why = to === null ? text.present : SESSION_END_WORDS[reason ?? 'unknown']
          const until = to ?? now
          const words = text.session(
            formatExact(from),
            to === null ? '…' : formatExact(to),
            roughDuration(until - from),
            why,
          )
          return (
            <li key={id} className="ps-happened" title={words}>
              <span className="ps-clip">
                <Ago at={from} />, {text.sessionFor(roughDuration(until - from))}
              </span>
              {to === null || reason === null || reason === 'unknown' ? (
                <span className="ps-number">{why}</span>
              ) : (
                <HowItLeft peerId={peerId} at={to} words={why} />
              )}
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
