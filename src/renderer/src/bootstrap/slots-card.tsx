import type { DhtSlot, DhtSlotState, DhtStatus } from '../../../shared/dht.ts'
import { useApp, useForms, usePeers } from '../stores/app-context.tsx'
import { formatAgo } from '../ui/format.ts'
import { Dot, Nickname } from '../ui/pieces.tsx'
import type { Tone } from '../ui/pieces.tsx'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { Ago, useNow } from '../ui/time.tsx'
import { ToSettings } from './addresses-card.tsx'
import { madeAt, summaryOf } from './bootstrap-facts.ts'
import { Loading, Nothing } from './nothing.tsx'

const TONES: Readonly<Record<DhtSlotState, Tone>> = {
  empty: 'mute',
  healthy: 'good',
  unhealthy: 'bad',
  unchecked: 'mute',
  invalid: 'warn',
  ours: 'info',
}

/** The network's 16 slots in the DHT. */
export function SlotsCard({
  dht,
  asked,
  claims,
}: {
  readonly dht: DhtStatus | null
  /** When they were told, by main's clock. */
  readonly asked: number
  /** Whether this node may hold one. */
  readonly claims: boolean
}) {
  const text = strings.bootstrap
  const { held, total, ours } = dht === null ? { held: 0, total: 0, ours: null } : summaryOf(dht)
  return (
    <Panel
      title={text.slots}
      note={claims ? text.slotsNote : `${text.slotsNote} ${text.slotsReadOnly}`}
      end={
        dht === null || dht.readAt === null ? undefined : (
          <>
            {text.slotsHeld(held, total)}
            {claims ? ` · ${ours === null ? text.slotsNotOurs : text.slotsOurs(ours)}` : null} ·{' '}
            {text.slotsRead.toLowerCase()} <Ago at={dht.readAt} />
          </>
        )
      }
    >
      {dht === null ? <Loading /> : null}
      {dht?.state === 'off' ? (
        <Nothing title={text.slotsOff} help={text.slotsOffHelp}>
          <ToSettings />
        </Nothing>
      ) : null}
      {dht?.state === 'starting' ? <Loading text={text.slotsStarting} /> : null}
      {dht?.state === 'failing' ? (
        <div role="alert" className="ps-boot-alert">
          {text.slotsFailing(dht.reason ?? '')} <span className="ps-number">{text.slotsFailingHelp}</span>
        </div>
      ) : null}
      {dht === null || dht.slots.length === 0 ? null : (
        <ol className="ps-boot-slots" aria-label={text.slots} data-stale={dht.state === 'failing'}>
          {dht.slots.map((slot) => (
            <Slot key={slot.index} slot={slot} asked={asked} />
          ))}
        </ol>
      )}
    </Panel>
  )
}

function Slot({ slot, asked }: { readonly slot: DhtSlot; readonly asked: number }) {
  const { ui } = useApp()
  const forms = useForms()
  const now = useNow(1000)
  const text = strings.bootstrap
  const { index, state, holder } = slot
  const known = usePeers(({ peers }) => holder !== null && peers.has(holder))
  const at = madeAt(slot, asked)
  const age = at === null ? null : formatAgo(at, now)
  const title = text.slotTitle(index, text.slotStates[state], holder === null ? null : forms.id(holder), age)
  const inside = (
    <>
      <span className="ps-boot-slot-head">
        <span className="ps-number">{index}</span>
        <Dot colour={`var(--ps-${TONES[state]})`} />
        <span>{text.slotStates[state]}</span>
      </span>
      <span className="ps-clip">{holder === null ? null : <Nickname peerId={holder} />}</span>
      <span className="ps-number">{age}</span>
    </>
  )
  return (
    <li data-slot={state} title={title}>
      {known && holder !== null ? (
        <button type="button" onClick={() => ui.setState({ view: 'peers', selected: holder })}>
          {inside}
        </button>
      ) : (
        <div>{inside}</div>
      )}
    </li>
  )
}
