import { Button, Group, Text } from '@mantine/core'
import { useState } from 'react'
import {
  happeningEvents,
  happeningLines,
  happeningsIn,
  isLasting,
  lastedMs,
  peerOfHappening,
  repeatsOf,
  ruleNames,
} from '../../../shared/alert-happenings.ts'
import type { Happening } from '../../../shared/alert-happenings.ts'
import type { Alert } from '../../../shared/alerts.ts'
import { peerOf } from '../../../shared/events.ts'
import type { LoggedEvent } from '../../../shared/events.ts'
import type { PeerId } from '../../../shared/ids.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useAlerts, useApp } from '../stores/app-context.tsx'
import { describeEvent } from '../timeline/describe.ts'
import { Confirm } from '../ui/confirm.tsx'
import { formsOf } from '../../../shared/forms.ts'
import { formatClock, roughDuration } from '../ui/format.ts'
import { Chip, Dot, Nickname } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'

/** What happened, newest first: what several rules tell of one happening is one card. */
export function FiredCard() {
  const { alerts: store } = useApp()
  const alerts = useAlerts((state) => state.alerts)
  const happenings = happeningsIn(alerts)
  const [asked, setAsked] = useState(false)
  const ended = happenings.filter((one) => !isLasting(one)).length
  const text = strings.alerts
  return (
    <section className="ps-group" aria-label={text.firedTitle}>
      <div className="ps-group-head">
        <h2>{text.firedTitle}</h2>
        {ended === 0 ? null : (
          <Button size="xs" variant="default" onClick={() => setAsked(true)}>
            {text.clear}
          </Button>
        )}
        {asked ? (
          <Confirm
            title={text.clearTitle}
            text={text.clearText(ended)}
            label={text.clear}
            danger
            act={() => store.clear()}
            close={() => setAsked(false)}
          />
        ) : null}
      </div>
      {happenings.length === 0 ? (
        <Text fz="sm" c="dimmed">
          {text.firedNone}
        </Text>
      ) : (
        happenings.map((one) => <HappeningCard key={one.alerts.at(-1)?.id} happening={one} />)
      )}
    </section>
  )
}

function HappeningCard({ happening }: { readonly happening: Happening }) {
  const { alerts: store } = useApp()
  const text = strings.alerts
  const { alerts } = happening
  const [newest] = alerts
  if (newest === undefined) return null
  const firedAt = Math.min(...alerts.map((alert) => alert.firedAt))
  const lasted = lastedMs(happening)
  const repeats = repeatsOf(happening)
  const lasts = isLasting(happening)
  const names = ruleNames(alerts)
  const lines = happeningLines(happening)
  const events = happeningEvents(happening)
  const only = peerOfHappening(alerts)
  const reasons = new Set(alerts.flatMap(({ webhookReason }) => webhookReason ?? []))
  const unseen = alerts.filter(({ dismissed }) => !dismissed).map(({ id }) => id)
  return (
    <article className="ps-report ps-alert" aria-label={names} data-alert={newest.id} data-lasts={lasts}>
      <Group gap="sm" wrap="nowrap" align="center">
        <Dot colour={lasts ? 'var(--ps-bad)' : 'var(--ps-mute)'} />
        <strong>{names}</strong>
        <span className="ps-number" style={{ flex: 'none' }}>
          <Ago at={firedAt} />
        </span>
        <span className="ps-alert-chips">
          {lasts ? <Chip tone="bad">{text.lasts}</Chip> : null}
          {lasted === null ? null : <Chip tone="mute">{text.ended(roughDuration(lasted))}</Chip>}
          {repeats > 0 ? <Chip tone="warn">{text.repeats(repeats)}</Chip> : null}
          {alerts.every(({ quiet }) => quiet) ? <Chip tone="mute">{text.quietChip}</Chip> : null}
          {newest.test ? <Chip tone="info">{text.testChip}</Chip> : null}
          <Posted alerts={alerts} />
        </span>
      </Group>
      {[...reasons].map((reason) => (
        <div key={reason} className="ps-alert-words">
          {text.webhookReason(reason)}
        </div>
      ))}
      {lines.map(({ words, peerId }) => (
        <div key={`${peerId} ${words}`} className="ps-alert-words">
          {words} {only === null && peerId !== null ? <ShowPeer peerId={peerId} named /> : null}
        </div>
      ))}
      {events.length === 0 ? null : <Events events={events} network={newest.network} />}
      <Group gap="xs" mt={8}>
        {only === null ? null : <ShowPeer peerId={only} named={false} />}
        {unseen.length === 0 ? null : (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={text.dismiss(names)}
            onClick={() => void store.dismiss(unseen).catch(tellFailure)}
          >
            {text.done}
          </Button>
        )}
      </Group>
    </article>
  )
}

/** What became of the posts, the worst of them. */
const POSTS = ['failed', 'sending', 'delivered'] as const

function Posted({ alerts }: { readonly alerts: readonly Alert[] }) {
  const worst = POSTS.find((state) => alerts.some(({ webhook }) => webhook === state))
  if (worst === undefined) return null
  return <Chip tone={worst === 'failed' ? 'bad' : 'mute'}>{strings.alerts.webhookState[worst]}</Chip>
}

/** @param named where several peers could be meant */
function ShowPeer({ peerId, named }: { readonly peerId: PeerId; readonly named: boolean }) {
  const { ui, notes } = useApp()
  const { open, openNamed } = strings.alerts
  return (
    <Button size="compact-xs" variant="default" onClick={() => ui.setState({ selected: peerId, view: 'network' })}>
      {named ? openNamed(notes.nameOf(peerId)) : open}
    </Button>
  )
}

function Events({ events, network }: { readonly events: readonly LoggedEvent[]; readonly network: Alert['network'] }) {
  const { names } = useApp()
  const { said } = formsOf(network?.kind ?? 'peerscope')
  const say = { said, wordOf: names.wordOf }
  return (
    <details className="ps-alert-events">
      <summary>{strings.alerts.events}</summary>
      <ul>
        {events.map((logged) => {
          const peerId = peerOf(logged.event)
          return (
            <li key={logged.seq}>
              <span className="ps-mono ps-number">{formatClock(logged.at)}</span>{' '}
              {peerId === null ? null : <Nickname peerId={peerId} />} {describeEvent(logged, say)}
            </li>
          )
        })}
      </ul>
    </details>
  )
}
